// An exchange behind a WebSocket, as far as the contract needs one: everybody may register, one
// customer calls, and every number that is dialled is busy.

const CALL = {
  Via: "SIP/2.0/WSS exchange.invalid;branch=z9hG4bKone",
  To: "<sip:5001@pbx.example>",
  "Call-ID": "one@exchange.invalid",
};
const ECHOED = /^(?:Via|From|To|Call-ID|CSeq|Contact):.*$/gim;

globalThis.WebSocket = class {
  OPEN = 1;
  readyState = 0;

  constructor() {
    this.constructor.last = this;
    setTimeout(() => {
      this.readyState = 1;
      this.onopen();
    });
  }

  send(text) {
    const [start] = text.split("\r\n");
    if (start.startsWith("SIP/2.0")) return this.#hear(Number(start.split(" ")[1]), text);
    if (start.startsWith("ACK")) return undefined;
    return this.reply(text, start.startsWith("INVITE") ? "486 Busy Here" : "200 OK");
  }

  close() {
    this.readyState = 3;
    setTimeout(() => this.onclose({ wasClean: true, code: 1000, reason: "" }));
  }

  says(...lines) {
    const message = [...lines, "Content-Length: 0", "", ""].join("\r\n");
    setTimeout(() => this.onmessage({ data: message }));
  }

  reply(request, status) {
    const echoed = request
      .match(ECHOED)
      .map((line) => line.replace(/^(To:[^;]*)$/i, "$1;tag=ours"));
    this.says(`SIP/2.0 ${status}`, ...echoed);
  }

  #hear(status, text) {
    if (status < 300 || !text.includes(CALL["Call-ID"])) return;
    this.asks("ACK", this.caller);
  }

  asks(method, number) {
    this.caller = number;
    this.says(
      `${method} sip:5001@pbx.example SIP/2.0`,
      ...Object.entries(CALL).map(([name, value]) => `${name}: ${value}`),
      `From: <sip:${number}@pbx.example>;tag=theirs`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:${number}@exchange.invalid;transport=ws>`,
      "Max-Forwards: 70",
    );
  }
};

globalThis.vendor = {
  rings: (number) => WebSocket.last.asks("INVITE", number),
  callerLeaves: () => WebSocket.last.asks("CANCEL", WebSocket.last.caller),
};
