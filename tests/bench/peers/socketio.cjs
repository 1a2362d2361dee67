// The peer of another language: Node.js and socket.io 4, websocket only, as its documentation shows
// it.
const http = require("node:http");
const { Server } = require("socket.io");

const html = process.env.BENCH_HTML;
let seq = 0;

const relay = (told) =>
  io.to(["walls", `agent ${told.agent}`]).emit("change", { seq: ++seq, html: told.name + html });

const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const told = JSON.parse(Buffer.concat(parts).toString() || "{}");
    if (url.pathname === "/bench/event") {
      relay(told);
    } else {
      for (let n = Number(url.searchParams.get("n")); n > 0; n--) {
        io.to("walls").emit("change", { seq: ++seq, html: `T0=0000000000000000000${html}` });
      }
    }
    response.writeHead(204, { "Content-Length": 0 });
    response.end();
  });
});
server.keepAliveTimeout = 60000;

const io = new Server(server, { transports: ["websocket"] });
io.on("connection", (socket) => {
  const { agent } = socket.handshake.query;
  socket.join(agent ? `agent ${agent}` : "walls");
  socket.on("event", relay);
});
server.listen(Number(process.argv[2]), "127.0.0.1", 4096);
