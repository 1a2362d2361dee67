// The module of a provider in a page of its own, with as much of a phone frame as it needs.

globalThis.load = async (provider) => {
  const { createPhone } = await import(`/static/js/providers/${provider}/index.js`);
  const stream = () => new AudioContext().createMediaStreamDestination().stream;
  globalThis.events = [];
  globalThis.frame = {
    microphone: {
      state: "ok",
      fenced: false,
      check: async () => "ok",
      open: async () => stream(),
    },
    media: { follow() {}, forget() {}, settles: async () => true },
    emit: (event) => events.push(structuredClone(event)),
    changed() {},
    ringback() {},
    missing() {},
  };
  globalThis.phone = createPhone(frame);
};
