// As much of JsSIP 3.13 as this phone uses, its oddities included. (The package's own types leave
// out the fields of events.)

interface Emitter {
  on(name: string, listener: (event: any) => void): this;
  once(name: string, listener: (event: any) => void): this;
}

export interface SipMessage {
  call_id: string;
  method?: string;
  body?: string;
  status_code?: number;
  reason_phrase?: string;
  getHeader(name: string): string | undefined;
  server_transaction?: { state: number };
}

export interface EndEvent {
  originator: "local" | "remote" | "system";
  message: SipMessage | null;
  cause: string;
}

export interface InDialogHandlers {
  onSuccessResponse?(response: SipMessage): void;
  onErrorResponse?(response: SipMessage): void;
  onTransportError?(): void;
  onRequestTimeout?(): void;
  onDialogError?(response: SipMessage): void;
}

export interface InDialogOptions {
  extraHeaders?: string[];
  body?: string;
  eventHandlers?: InDialogHandlers;
}

export interface Refusal {
  status_code?: number;
  reason_phrase?: string;
  cause?: string;
}

/** The parts of a call that `replaces` needs. */
export interface ReplacedDialog {
  _request: { call_id: string };
  _to_tag: string;
  _from_tag: string;
}

export interface ReferOptions {
  replaces?: ReplacedDialog;
  eventHandlers: Record<string, (news: any) => void>;
}

export interface CallOptions {
  mediaStream: MediaStream;
  pcConfig: RTCConfiguration;
  extraHeaders?: string[];
  data?: object;
}

export interface ReferEvent {
  request: SipMessage & { refer_to: { uri: SipUri } };
  accept(begun: (session: Session) => void, options: CallOptions): void;
  reject(): void;
}

export interface ReplacesEvent {
  request: SipMessage;
  accept(begun: (session: Session) => void): void;
  reject(): void;
}

export interface Session extends Emitter {
  readonly _dialog: { id: { call_id: string; local_tag: string; remote_tag: string } };
  readonly connection: RTCPeerConnection | null;
  data: any;
  readonly direction: "incoming" | "outgoing";
  readonly remote_identity: { display_name: string | null; uri: SipUri };
  answer(options: { mediaStream: MediaStream; pcConfig: RTCConfiguration }): void;
  refer(target: SipUri, options: ReferOptions): unknown;
  terminate(options?: Refusal): void;
  hold(options: object, done: () => void): boolean;
  unhold(options: object, done: () => void): boolean;
  renegotiate(options: { rtcOfferConstraints?: RTCOfferOptions }, done: () => void): boolean;
  mute(what: { audio: boolean }): void;
  unmute(what: { audio: boolean }): void;
  isMuted(): { audio: boolean };
  isEstablished(): boolean;
  isEnded(): boolean;
  isReadyToReOffer(): boolean;
  sendDTMF(tones: string, options: { transportType: "INFO" | "RFC2833" }): void;
  sendRequest(method: string, options?: InDialogOptions): unknown;
  onTransportError(): void;
  onRequestTimeout(): void;
}

export interface Transaction {
  type: "nict" | "nist" | "ict" | "ist";
  readonly request: { readonly method: string };
}

export interface Agent extends Emitter {
  readonly transport: { connect(): void; disconnect(): void };
  start(): void;
  stop(): void;
  register(): void;
  unregister(): void;
  isRegistered(): boolean;
  isConnected(): boolean;
  call(target: SipUri, options: CallOptions): Session;
  sendOptions(
    target: SipUri,
    body: null,
    options: { eventHandlers: Record<string, () => void> },
  ): unknown;
}

export interface SipUri {
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
}

export interface Configuration {
  uri: string;
  sockets: object[];
  password: string;
  authorization_user?: string;
  display_name?: string;
  registrar_server?: string;
  register: boolean;
  register_expires: number;
  session_timers: boolean;
  no_answer_timeout: number;
  connection_recovery_min_interval: number;
  connection_recovery_max_interval: number;
}

declare const JsSIP: {
  UA: new (configuration: Configuration) => Agent;
  URI: (new (scheme: string, user: string | null, host: string, port?: number | null) => SipUri) & {
    parse(text: string): SipUri;
  };
  WebSocketInterface: new (url: string) => object;
};
export default JsSIP;
