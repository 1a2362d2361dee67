// One agent's tab for the tests of its state machine.

import { Fence } from "../../../static/js/client/fence.js";
import { TabOwner } from "../../../static/js/client/tab-owner.js";
import { Clocks } from "../clocks.js";

export const BOB_PLACE = { client: "other", place: "Chrome, Windows", since: 1, on_call: false };
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A tab of Alice. The parts around its state machine only note, in order, what it asks of them. */
export function tab() {
  const clocks = new Clocks();
  const fence = new Fence(30_000, clocks);
  const log = [];
  const phones = {
    start: (epoch, steal) => log.push(["start", epoch, steal]),
    fence: (on) => log.push(["fence", on]),
    handOver: async () => {
      log.push(["handing over"]);
      await settled();
      log.push(["handed over"]);
    },
    stop: async (reason) => {
      log.push(["stopping", reason]);
      await settled();
      log.push(["stopped"]);
    },
  };
  const wire = { connected: true };
  const send = (type, fields) => wire.connected && log.push([type, fields]) > 0;
  const states = [];
  const onchange = (ownership) => states.push(ownership.state);
  const owner = new TabOwner({ fence, phones, send, onchange });
  owner.client = "me";
  const received = () => log.splice(0);
  return { owner, clocks, fence, received, states, wire };
}

export async function owning(epoch = 4) {
  const alice = tab();
  alice.fence.connected();
  alice.owner.welcome({ epoch: epoch - 1, holder: null });
  alice.owner.granted({ epoch });
  await settled();
  alice.received();
  return alice;
}
