// Styles: where they lie along directions, ways between them, and links to them.

/**
 * @typedef {object} Direction
 * @property {string} name - What grows along it; empty where nothing is known to.
 * @property {number[]} vector - Of length 1.
 * @property {number} low - Where it begins, and ends.
 * @property {number} high
 * @property {number | null} correlation - With what it is called by.
 */

/** Return a style moved along a direction to another place on it. */
function movedTo(
  /** @type {Float64Array} */ style,
  /** @type {Direction} */ direction,
  /** @type {number} */ place,
) {
  const way = place - dot(direction.vector, style);
  return style.map((number, index) => number + way * direction.vector[index]);
}

/** Return a random style: of the prior, or of the Gaussian that codes have. */
function randomStyle(/** @type {{mean: number[], root: number[][]}} */ { mean, root }) {
  const noise = mean.map(normal);
  return Float64Array.from(mean, (middle, index) => middle + dot(root[index], noise));
}

/** Return a standard normal number. */
function normal() {
  const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
  return radius * Math.cos(2 * Math.PI * Math.random());
}

/**
 * Return the style at the share `t` of the way from one to another.
 *
 * On the arc, where the prior is a Gaussian: halfway between two typical samples lies
 * a typical sample, which the straight line would miss.
 * @param {Float64Array} start
 * @param {Float64Array} end
 * @param {number} t
 * @param {boolean} onArc
 */
function between(start, end, t, onArc) {
  const [from, to] = [Math.hypot(...start), Math.hypot(...end)];
  const straight = start.map((number, index) => number + t * (end[index] - number));
  if (!onArc || from === 0 || to === 0) return straight;
  const cosine = Math.min(1, Math.max(-1, dot(start, end) / (from * to)));
  const angle = Math.acos(cosine);
  if (angle < 1e-6 || angle > Math.PI - 1e-6) return straight;
  const norm = (from + t * (to - from)) / Math.sin(angle);
  const [a, b] = [Math.sin((1 - t) * angle), Math.sin(t * angle)];
  return start.map((x, index) => norm * ((a * x) / from + (b * end[index]) / to));
}

/** Return a style as the fragment of a link. */
function toFragment(/** @type {Float64Array} */ style) {
  return "#style=" + Array.from(style, (number) => Number(number.toFixed(3))).join(",");
}

/** Return the style that a fragment carries; null where it carries none. */
function fromFragment(/** @type {string} */ fragment, /** @type {number} */ length) {
  const numbers = decodeURIComponent(fragment.replace(/^#style=/, "")).split(",");
  const style = Float64Array.from(numbers, (text) => (text ? Number(text) : NaN));
  const fits = style.length === length && style.every((x) => Math.abs(x) < 100);
  return fits ? style : null;
}
