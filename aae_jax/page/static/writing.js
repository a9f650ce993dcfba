// Writes a text in one style: characters side by side, as close as their ink allows.

/** Space between characters, and around the text, as shares of an image's width. */
const GAP = 0.09;
const MARGIN = 0.14;

/**
 * Return the columns of an image in which ink is: the first, and one after the last.
 * @param {Float64Array} logits
 * @param {{height: number, width: number}} shape
 * @param {Look} look
 */
function inkedColumns(logits, { height, width }, look) {
  const sign = look.dark ? -1 : 1;
  const isInked = (/** @type {number} */ column) =>
    Array.from({ length: height }).some((_, y) => sign * logits[y * width + column] > -1);
  const inked = Array.from({ length: width }, (_, column) => isInked(column));
  const first = inked.indexOf(true);
  return first < 0 ? [0, width / 2] : [first, inked.lastIndexOf(true) + 1];
}

/**
 * Write letters onto a canvas, which becomes as wide as they need.
 * @param {HTMLCanvasElement} canvas
 * @param {string[]} letters - Names of contents, and spaces.
 * @param {number} factor - How many times as large as the dataset's images.
 * @param {Look} look
 * @param {string} paper - Color below the ink.
 */
function write(canvas, letters, factor, look, paper) {
  const { height, width } = model.shape;
  const drawn = new Map(letters.map((letter) => [letter, letterOf(letter, factor, look)]));
  let x = MARGIN * width;
  const placed = letters.map((letter) => {
    const { image, first, last } = drawn.get(letter) ?? { first: 0, last: width / 3 };
    const left = x - first;
    x += last - first + GAP * width;
    return { image, left };
  });
  const length = Math.ceil((x + (MARGIN - GAP) * width) * factor);
  const sides = { width: length, height: height * factor };
  const context = contextOf(Object.assign(canvas, sides));
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const { image, left } of placed)
    if (image) context.drawImage(image, left * factor, 0);
}

/**
 * Return the image of a letter and the columns of its ink; nothing of a space.
 * @param {string} letter
 * @param {number} factor
 * @param {Look} look
 */
function letterOf(letter, factor, look) {
  if (letter === " ") return undefined;
  const logits = contentOf(state.logits, classes.indexOf(letter));
  const image = document.createElement("canvas");
  drawImage(image, logits, model.shape, factor, look);
  const [first, last] = inkedColumns(logits, model.shape, look);
  return { image, first, last };
}

/** Show the writing where contents are written with one letter each. */
function makeWriting() {
  byId("writing").hidden = noun === "classes";
  const start = noun === "digits" ? "20260" : classes.slice(0, 5).join("");
  byId("text").value = [...start].filter((letter) => classes.includes(letter)).join("");
  byId("text").addEventListener("input", drawText);
  connect({ save: saveText });
}

/** Return the letters of the text that can be written, spaces too. */
function letters() {
  const all = [...byId("text").value];
  return all.filter((letter) => letter === " " || classes.includes(letter));
}

/** Draw the text, and tell what cannot be written. */
function drawText() {
  if (byId("writing").hidden) return;
  const [known, all] = [letters(), [...byId("text").value]];
  const unknown = all.find((letter) => !known.includes(letter));
  const words = `The network knows ${classes.join(" ")}, but not ${unknown}`;
  byId("text").setAttribute("aria-invalid", String(unknown !== undefined));
  byId("text-hint").textContent = unknown === undefined ? "" : words;
  byId("save").disabled = !known.some((letter) => letter !== " ");
  const factor = Math.ceil(112 / model.shape.height);
  write(byId("written"), known, factor, look(), "transparent");
  byId("written").setAttribute("aria-label", `${known.join("")}, in this style`);
}

/** Offer the text as a file: dark ink on white paper, whatever the page looks like. */
function saveText() {
  const canvas = document.createElement("canvas");
  const factor = Math.ceil(280 / model.shape.height);
  write(canvas, letters(), factor, look("rgb(20, 20, 20)"), "white");
  savePNG(canvas, `${letters().join("").trim().replaceAll(" ", "-")}.png`);
}
