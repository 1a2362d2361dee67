// The pretend VCC cloud's client of the agent server: a websocket that comes back by itself. Written by us from the provider's contract;
// served by the simulator only.

/** handlers: opened(), message(object), reconnecting(number, total), lost(). */
function WebPush(url, handlers) {
  this.url = url;
  this.handlers = handlers;
  this.sent = 0;
  this.tries = 0;
  this.socket = null;
  this.timer = null;
  this.keepAlive = null;
  $(window).unload(() => this.close());
}

WebPush.prototype.open = function () {
  this.socket = new WebSocket(this.url);
  this.socket.onopen = () => {
    this.tries = 0;
    this.handlers.opened();
  };
  this.socket.onmessage = ({ data }) => this.handlers.message(JSON.parse(data));
  this.socket.onclose = () => this.again();
};

WebPush.prototype.again = function () {
  this.socket = null;
  clearTimeout(this.silence);
  if (this.tries >= csSwitches.retry_total) {
    this.handlers.lost();
    return;
  }
  this.tries += 1;
  this.handlers.reconnecting(this.tries, csSwitches.retry_total);
  this.timer = setTimeout(() => this.open(), csSwitches.retry_ms);
};

/** What cannot be sent now is not sent, and nobody is told. */
WebPush.prototype.send = function (message) {
  this.sent += 1;
  if (this.socket?.readyState !== 1) {
    csLog("not connected", message);
    return;
  }
  this.socket.send(JSON.stringify(message));
  if (this.keepAlive) this.wait();
};

/** From now on nothing stays silent for longer than ten seconds. */
WebPush.prototype.keepAwake = function (todo) {
  this.keepAlive = todo;
  this.wait();
};

WebPush.prototype.wait = function () {
  clearTimeout(this.silence);
  this.silence = setTimeout(() => this.keepAlive(), csSwitches.ping_ms);
};

WebPush.prototype.close = function () {
  clearTimeout(this.timer);
  clearTimeout(this.silence);
  if (this.socket) this.socket.onclose = null;
  this.socket?.close();
  this.socket = null;
};
