// Hands numbers to the machine's own telephone program, which reports nothing: the agent ends the
// call in both places.

import { CallRecord, BY_AGENT } from "../kit/call-record.js";
import { CommandError, runCommand } from "../kit/run-command.js";

const COMMANDS = {
  dial: (phone, { number }) => phone.dial(String(number)),
  hangup: [["talking"], (phone, call) => phone.end(call)],
  register: (phone) => phone.register(true),
  unregister: (phone) => phone.register(false),
  set_availability: () => {},
};

class TelPhone {
  registered = false;
  call = null;

  constructor(frame) {
    this.frame = frame;
  }

  async start() {
    this.frame.emit({ type: "connected" });
    this.register(true);
  }

  async stop() {
    this.leave();
  }

  leave() {
    if (this.call) this.end(this.call);
    this.register(false);
  }

  fenced() {}

  status() {
    return { registered: this.registered, calls: this.call ? [this.call.id] : [] };
  }

  command(name, args) {
    return runCommand(COMMANDS, this, name, args);
  }

  findCall(id) {
    return this.call?.id === id ? this.call : undefined;
  }

  register(on) {
    this.registered = on;
    this.frame.emit({ type: on ? "registered" : "unregistered" });
  }

  dial(number) {
    if (this.call) throw new CommandError("not_allowed_now");
    const link = Object.assign(document.createElement("a"), { href: `tel:${number}` });
    document.body.append(link);
    link.click();
    link.remove();
    this.call = new CallRecord(this.frame, true);
    this.call.report("dialing", { number, direction: "outbound", line: 1 });
    this.call.answered = true;
    this.call.report("answered");
  }

  end(call) {
    this.call = null;
    call.finish("ended", BY_AGENT.hangup);
  }
}

export const createPhone = (frame) => new TelPhone(frame);
