// Elements of the page, and words.

/** @returns {any} The element that is called so. */
function byId(/** @type {string} */ id) {
  return document.getElementById(id);
}

/** @returns {any} A new element at the end of another. */
function add(/** @type {Element} */ parent, /** @type {string} */ kind, attributes = {}) {
  return parent.appendChild(Object.assign(document.createElement(kind), attributes));
}

/** Call functions when the buttons are pressed that have these names. */
function connect(/** @type {Record<string, () => void>} */ actions) {
  for (const [id, act] of Object.entries(actions))
    byId(id).addEventListener("click", act);
}

/** Tell what happened, on the screen and to a screen reader. */
function say(/** @type {string} */ words) {
  const said = byId("said");
  said.textContent = words;
  said.classList.add("shown");
  clearTimeout(said.timer);
  said.timer = setTimeout(() => said.classList.remove("shown"), 2500);
}

/** Return a number with its sign. */
function signed(/** @type {number} */ number) {
  const text = Math.abs(number).toFixed(1);
  return text === "0.0" ? text : (number < 0 ? "−" : "+") + text;
}

/**
 * Return what a canvas is drawn on with: pixel by pixel, so not by a graphics card.
 * @returns {CanvasRenderingContext2D}
 */
function contextOf(/** @type {HTMLCanvasElement} */ canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return /** @type {CanvasRenderingContext2D} */ (context);
}

/** Offer a canvas as a PNG file. */
function savePNG(/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ name) {
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(/** @type {Blob} */ (blob));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say(`Saved ${name}`);
  });
}
