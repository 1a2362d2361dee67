// The page as the vendor's scripts need it, before they load.

/**
 * The scripts play into two elements. Console plays the audio itself: theirs must not be heard as
 * well.
 * @param {string} source
 */
export function prepare(source) {
  try {
    // otherwise the scripts write every message into the browser's console, the token among them
    localStorage.setItem("csDebug", "off");
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
