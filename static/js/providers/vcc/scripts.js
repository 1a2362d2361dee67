// What must be in the page before the vendor's scripts, and the scripts themselves, one after the
// other.

const LOAD_MS = 10_000;

/** A script did not come. Its message is the host that should have sent it. */
export class MissingScript extends Error {}

/**
 * The two elements that the scripts play into. Console plays the sound itself: this one must not be
 * heard twice.
 * @param {string} source
 */
export function prepare(source) {
  try {
    localStorage.setItem("csDebug", "off"); // or they write every message into the browser's console, the token among them
  } catch {
    // a browser that refuses storage
  }
  for (const id of ["my-video", "peer-video"]) {
    if (document.getElementById(id)) continue;
    const video = document.createElement("video");
    Object.assign(video, { id, autoplay: true, hidden: true, muted: true, src: source });
    video.addEventListener("volumechange", () => (video.muted ||= true));
    document.body.append(video);
  }
}

/** @param {string[]} addresses @param {Set<string>} loaded what is there already; grows */
export async function load(addresses, loaded) {
  for (const address of addresses) {
    if (loaded.has(address)) continue;
    await loadOne(address);
    loaded.add(address);
  }
}

/** @param {string} address @returns {Promise<void>} */
function loadOne(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const fail = () => {
      clearTimeout(late);
      script.remove();
      reject(new MissingScript(new URL(address, location.href).host));
    };
    const late = setTimeout(fail, LOAD_MS);
    script.onload = () => (clearTimeout(late), resolve());
    script.onerror = fail;
    script.async = false;
    script.src = address;
    document.body.append(script);
  });
}
