// Frames a drawing as the images of the dataset are framed: crops, scales, centers it.

/**
 * @typedef {object} Framing
 * @property {number} height - Of the box that the ink must fit, in pixels.
 * @property {number} width
 * @property {number} min_height - Least height of the ink, in pixels.
 * @property {number} min_width
 * @property {"mass" | "box"} centering
 * @property {number} center_y
 * @property {number} center_x
 * @property {boolean} whole_pixels - Whether ink is moved by whole pixels.
 * @property {number} ground - Tone of the background.
 * @property {number} ink - Tone of full ink.
 */

/** @typedef {{start: number, size: number, count: number}} Axis - Pixels on the mask. */

const FAINT = 0.02;
const DOUBT = 0.004;

/** Return the sums of all rows above each, so that rows are averaged in no time. */
function sumsAbove(/** @type {number[][]} */ rows) {
  const sums = [rows[0].map(() => 0)];
  for (const row of rows) {
    const above = sums[sums.length - 1];
    sums.push(row.map((value, index) => above[index] + value));
  }
  return sums;
}

/** Return the mean rows in the pixels of an axis. */
function sample(/** @type {number[][]} */ sums, /** @type {Axis} */ axis) {
  const above = (/** @type {number} */ place) => {
    const held = Math.min(Math.max(place, 0), sums.length - 1);
    const row = Math.min(Math.floor(held), sums.length - 2);
    const part = held - row;
    return sums[row].map((sum, i) => (1 - part) * sum + part * sums[row + 1][i]);
  };
  const edges = Array.from({ length: axis.count + 1 }, (_, index) =>
    above(axis.start + index * axis.size),
  );
  return edges
    .slice(1)
    .map((edge, row) => edge.map((sum, i) => (sum - edges[row][i]) / axis.size));
}

/** Return rows as columns. */
function turned(/** @type {number[][]} */ rows) {
  return rows[0].map((_, column) => rows.map((row) => row[column]));
}

/** Return the first row with ink and the one after the last; null without ink. */
function span(/** @type {number[][]} */ rows) {
  const inked = rows.map((row) => row.some((value) => value > FAINT));
  const first = inked.indexOf(true);
  return first < 0 ? null : [first, inked.lastIndexOf(true) + 1];
}

/** Return the mean ink where ink is: greatest if no pixel straddles an edge. */
function crispness(/** @type {number[][]} */ sums, /** @type {Axis} */ axis) {
  const wide = { ...axis, start: axis.start - axis.size, count: axis.count + 2 };
  const values = sample(sums, wide).flat();
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return squares / values.reduce((sum, value) => sum + Math.abs(value), 0);
}

/** Return the axis along the shorter side: where it begins is the crispest of all. */
function fitted(
  /** @type {number[][]} */ sums,
  /** @type {number[]} */ [first, last],
  /** @type {number} */ size,
) {
  const count = Math.max(1, Math.round((last - first) / size));
  const start = (first + last - count * size) / 2;
  const tried = Array.from({ length: 51 }, (_, index) => {
    const shift = index / 50 - 0.5;
    const axis = { start: start + shift * size, size, count };
    return { axis, merit: crispness(sums, axis) * (1 - DOUBT * shift * shift) };
  });
  return tried.reduce((best, one) => (one.merit > best.merit ? one : best)).axis;
}

/** Return the axis of a span that is divided into `count` pixels. */
function divided(/** @type {number[]} */ [first, last], /** @type {number} */ count) {
  return { start: first, size: (last - first) / count, count };
}

/** Return where the dataset's pixels lie on a mask: down and across. */
function fitGrid(
  /** @type {number[][][]} */ sums,
  /** @type {number[][]} */ spans,
  /** @type {Framing} */ framing,
) {
  const most = [framing.height, framing.width];
  const least = [framing.min_height, framing.min_width];
  const [down, across] = spans.map(([first, last]) => last - first);
  const long = across / most[1] > down / most[0] ? 1 : 0;
  const short = 1 - long;
  const axes = [];
  axes[long] = divided(spans[long], Math.round(most[long]));
  const count = (short ? across : down) / axes[long].size;
  axes[short] =
    count < least[short]
      ? divided(spans[short], Math.round(least[short]))
      : fitted(sums[short], spans[short], axes[long].size);
  return axes;
}

/** Return the place that the framing puts on the center of an image. */
function centerOf(/** @type {number[][]} */ image, /** @type {Framing} */ { centering }) {
  return [image, turned(image)].map((rows) => {
    if (centering === "box") {
      const [first, last] = span(rows) ?? [0, 0];
      return (first + last) / 2;
    }
    const masses = rows.map((row) => row.reduce((sum, value) => sum + value, 0));
    const places = masses.map((_, index) => index + 0.5);
    return dot(masses, places) / masses.reduce((sum, mass) => sum + mass);
  });
}

/**
 * Return a mask of ink framed as an image of the dataset; null where there is no ink.
 * @param {number[][]} mask - Rows of ink in [0, 1].
 * @param {Framing} framing
 * @param {{height: number, width: number}} shape - Of the image.
 */
function framed(mask, framing, shape) {
  const spans = [span(mask), span(turned(mask))];
  if (!spans[0] || !spans[1]) return null;
  const sums = [sumsAbove(mask), sumsAbove(turned(mask))];
  const boxes = fitGrid(sums, /** @type {number[][]} */ (spans), framing);
  const sides = [shape.height, shape.width];
  const before = boxes.map((box, i) => Math.floor((sides[i] - box.count) / 2));
  const render = (/** @type {number[]} */ before) => {
    const [rows, columns] = boxes.map((box, i) => ({
      start: box.start - before[i] * box.size,
      size: box.size,
      count: sides[i],
    }));
    const image = turned(sample(sumsAbove(turned(sample(sums[0], rows))), columns));
    const full = Math.max(...image.flat());
    return image.map((row) => row.map((value) => value / full));
  };
  const center = centerOf(render(before), framing);
  const moved = before.map((place, i) => {
    const way = [framing.center_y, framing.center_x][i] - center[i];
    const step = framing.whole_pixels ? Math.floor(way + 0.5) : way;
    return Math.min(Math.max(place + step, 0), Math.max(sides[i] - boxes[i].count, 0));
  });
  const { ground, ink } = framing;
  const tones = render(moved).flat().map((value) => ground + value * (ink - ground));
  return Float32Array.from(tones);
}
