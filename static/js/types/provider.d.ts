// Between the phone frame and the module of a provider (static/js/providers/<name>/index.js), which exports createPhone.

import type { CallMedia } from "../frame/media.js";
import type { Microphone } from "../frame/microphone.js";

/** In the neutral vocabulary; the frame adds the connection and the time. */
export interface FrameEvent {
  type: string;
  call?: string;
  [field: string]: unknown;
}

/** What a browser needs to start one line's phone, credentials included. */
export interface PhoneSession {
  provider: string;
  connection: string;
  epoch: number;
  ice_servers?: RTCIceServer[];
  ice_patience_ms?: number;
  availability?: string;
  /** The phone before left the agent's voice to a page outside Console: a person decides. */
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

/** What the phone frame does for every provider alike. */
export interface PhoneFrame {
  readonly microphone: Microphone;
  readonly media: CallMedia;
  emit(event: FrameEvent): void;
  /** The status has changed. */
  changed(): void;
  /** The ringback tone of an outgoing call, while its exchange sends no audio of its own. */
  ringback(call: string, on: boolean): void;
  /** Shows the person the host whose script does not load; "": all scripts are there. */
  missing(host: string): void;
}

/** Why a phone stops: its page left, its lease went to another client, its agent signed out. */
export type StopReason = "left" | "hand_over" | "signed_out";

export interface ProviderPhone {
  start(session: PhoneSession): Promise<void>;
  /** Ends its calls and its registration. Returns when the provider has confirmed it, or after 2 s. */
  stop(reason?: StopReason): Promise<void>;
  /** As much of stop() as a page that is going away can still do: nothing after this call runs. */
  leave(): void;
  command(name: string, args: Record<string, any>): Promise<Result>;
  /** The fence has closed: a call that rings here must not be answered here. */
  fenced(): void;
  /** `audioMuted`: the calls that the agent does not hear. `elsewhere`: the provider has given this agent's voice to a page outside Console. */
  status(): { registered: boolean; calls: string[]; audioMuted?: string[]; elsewhere?: boolean };
  /** Reads what only the provider's script knows: hotlines, agents. */
  read?(what: string): Promise<Result>;
}

export interface ProviderModule {
  createPhone(frame: PhoneFrame): ProviderPhone;
}
