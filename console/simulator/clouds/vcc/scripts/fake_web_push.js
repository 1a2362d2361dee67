// The pretend VCC cloud's client of the agent server: a websocket that comes back by itself.
// Written by us from the provider's contract; served by the simulator only.

/**
 * handlers: opened(), message(object), reconnecting(number, total), lost(). `total`: attempts to
 * come back; none before the first login.
 */
function WebPush(url, handlers) {
  this.url = url;
  this.handlers = handlers;
  this.total = csSwitches.retry_before_login ? csSwitches.retry_total : 0;
  this.tries = 0;
  this.socket = null;
  this.timer = null;
  this.keepAlive = null;
  $(window).unload(() => this.close());
}

WebPush.prototype.open = function () {
  const socket = (this.socket = new WebSocket(this.url));
  this.socket.onopen = () => {
    this.tries = 0;
    this.handlers.opened();
  };
  this.socket.onmessage = ({ data }) => this.handlers.message(JSON.parse(data));
  this.socket.onclose = () => this.socket === socket && this.again();
};

WebPush.prototype.again = function () {
  clearTimeout(this.silence);
  if (this.tries >= this.total) {
    this.handlers.lost();
    return;
  }
  this.tries += 1;
  const tell = () => this.handlers.reconnecting(this.tries, this.total);
  if (!csSwitches.reconnecting_late) tell();
  this.timer = setTimeout(() => {
    this.open();
    if (csSwitches.reconnecting_late) tell();
  }, csSwitches.retry_ms);
};

/**
 * On a lost socket the message is lost silently; on one that is still being opened it throws, as
 * sockets do.
 */
WebPush.prototype.send = function (message) {
  this.socket.send(JSON.stringify(message));
  if (this.keepAlive) this.wait();
};

WebPush.prototype.loggedIn = function () {
  this.total = csSwitches.retry_total;
};

/** From now on the socket is never silent for longer than ten seconds. */
WebPush.prototype.keepAwake = function (todo) {
  this.keepAlive = todo;
  this.wait();
};

WebPush.prototype.wait = function () {
  clearTimeout(this.silence);
  this.silence = setTimeout(
    () => this.socket.readyState === 1 && this.keepAlive(),
    csSwitches.ping_ms,
  );
};

WebPush.prototype.close = function () {
  clearTimeout(this.timer);
  clearTimeout(this.silence);
  this.socket.onclose = null;
  this.socket.close();
};

/** A socket that the server closed is tried again like one that broke. */
WebPush.prototype.drop = function () {
  this.socket.close();
};
