// Between the phone frame and the module of a provider (static/js/providers/<name>.js), which exports createPhone.

import type { CallMedia } from "../frame/media.js";
import type { Microphone } from "../frame/microphone.js";

/** In the neutral vocabulary; the frame adds the connection and the time. */
export interface FrameEvent {
  type: string;
  call?: string;
  [field: string]: unknown;
}

export interface Session {
  provider: string;
  connection: string;
  epoch: number;
  ice_servers?: RTCIceServer[];
  ice_patience_ms?: number;
  availability?: string;
  /** The phone before had left the agent's voice to a page outside Console: a person decides. */
  elsewhere?: boolean;
  /** The outgoing number that the agent chose before; "": none. */
  hotline?: string;
  [provider: string]: any;
}

export interface Result {
  ok: boolean;
  code?: string;
  items?: unknown[];
}

/** What the frame does for every provider alike. */
export interface Surroundings {
  readonly microphone: Microphone;
  readonly media: CallMedia;
  emit(event: FrameEvent): void;
  /** Something that the status tells is different now. */
  changed(): void;
  /** The tone of an outgoing call, for as long as its exchange sends no sound of its own. */
  ringback(call: string, on: boolean): void;
  /** A host whose script does not come, in words for the person; "": all of them are there. */
  missing(host: string): void;
}

/** Why a phone stops: its page went, its lease went to another client, its person signed out. */
export type StopReason = "left" | "hand_over" | "signed_out";

export interface ProviderPhone {
  start(session: Session): Promise<void>;
  /** Ends its calls and its registration, and returns when the provider has confirmed it (or has had 2 s to do so). */
  stop(reason?: StopReason): Promise<void>;
  /** As much of stop() as a page that is going away can still do: nothing after this call runs. */
  leave(): void;
  command(name: string, args: Record<string, any>): Promise<Result>;
  /** The fence went up: what rings here must not be answered here any more. */
  fenced(): void;
  /** `deaf`: the calls of which the agent hears nothing. `elsewhere`: the provider has given this agent's voice to a page outside Console. */
  status(): { registered: boolean; calls: string[]; deaf?: string[]; elsewhere?: boolean };
  /** What only the provider's script knows: hotlines, contacts, agents. */
  read?(what: string): Promise<Result>;
}

export interface ProviderModule {
  createPhone(frame: Surroundings): ProviderPhone;
}
