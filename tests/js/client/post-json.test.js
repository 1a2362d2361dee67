import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { postJson } from "../../../static/js/client/post-json.js";

test("half an emoji at the end of a field is sent as valid text", async () => {
  let got = "";
  const server = createServer(async (request, response) => {
    for await (const part of request) got += part;
    response.writeHead(204).end();
  });
  await new Promise((listens) => server.listen(0, "127.0.0.1", () => listens(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const answer = await postJson("csrf")(`http://127.0.0.1:${port}/commands/note`, {
    text: "Chào 🙂 \ud83d",
    calls: ["\udc00"],
  });
  assert.equal(answer.status, 204);
  assert.deepEqual(JSON.parse(got), { text: "Chào 🙂 \ufffd", calls: ["\ufffd"] });
  server.close();
  server.closeAllConnections();
});
