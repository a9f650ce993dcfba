// The networks: dense layers in half precision, computed as the package does.

/**
 * @typedef {object} Layer
 * @property {number} inputs
 * @property {number} outputs
 * @property {Float32Array} weights - A row of `inputs` numbers for each output.
 * @property {Float32Array} biases
 */

/** @typedef {{layers: Layer[], slope: number}} Network - `slope` is that below 0. */

/** Return the number that 16 bits of half precision mean. */
function half(/** @type {number} */ bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Return numbers of half precision that are written in base 64. */
function readHalves(/** @type {string} */ text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float32Array.from(new Uint16Array(bytes.buffer), half);
}

/** Return a network whose weights and biases are numbers instead of text. */
function readNetwork(/** @type {any} */ stored) {
  const layers = stored.layers.map((/** @type {any} */ layer) => ({
    ...layer,
    weights: readHalves(layer.weights),
    biases: readHalves(layer.biases),
  }));
  return { layers, slope: stored.slope };
}

/** Rows that are computed at once: each weight is read once for all of them. */
const BLOCK = 5;

/**
 * Return the outputs of a layer for inputs which stand one after the other.
 * @param {Layer} layer
 * @param {Float64Array} x - A multiple of `BLOCK` of them.
 * @param {number} slope - What outputs below 0 are multiplied by.
 */
function dense({ inputs, outputs, weights, biases }, x, slope) {
  const rows = x.length / inputs;
  const y = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row += BLOCK) {
    const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((index) => (row + index) * inputs);
    for (let output = 0; output < outputs; output++) {
      const first = output * inputs;
      let [p, q, r, s, t] = [0, 0, 0, 0, 0];
      for (let i = 0; i < inputs; i++) {
        const weight = weights[first + i];
        p += weight * x[a + i];
        q += weight * x[b + i];
        r += weight * x[c + i];
        s += weight * x[d + i];
        t += weight * x[e + i];
      }
      const sums = [p, q, r, s, t];
      for (let index = 0; index < BLOCK; index++) {
        const sum = sums[index] + biases[output];
        y[(row + index) * outputs + output] = sum < 0 ? slope * sum : sum;
      }
    }
  }
  return y;
}

/**
 * Return the outputs of a network for inputs which stand one after the other.
 * @param {Network} network
 * @param {ArrayLike<number>} inputs
 */
function apply({ layers, slope }, inputs) {
  const last = layers.length - 1;
  const rows = inputs.length / layers[0].inputs;
  const x = new Float64Array(Math.ceil(rows / BLOCK) * BLOCK * layers[0].inputs);
  x.set(inputs);
  const y = layers.reduce(
    (x, layer, index) => dense(layer, x, index < last ? slope : 1),
    x,
  );
  return y.subarray(0, rows * layers[last].outputs);
}

/** A trained model. Styles are codes divided by the prior's standard deviation. */
class Model {
  constructor(/** @type {any} */ stored) {
    const [height, width, channels] = stored.image;
    this.stored = stored;
    this.shape = { height, width, channels };
    this.pixels = height * width * channels;
    this.contents = stored.classes.length;
    this.length = stored.shown.matrix[0].length;
    this.decoder = readNetwork(stored.decoder);
    /** @type {Network | null} - Read when it is first used. */
    this.encoder = null;
  }

  /** Return the logits of all contents in a style, at the temperature. */
  decode(/** @type {Float64Array} */ style) {
    const { matrix, offsets } = this.stored.shown;
    const turned = matrix.map((/** @type {number[]} */ row) => dot(row, style));
    const shown = offsets.flatMap((/** @type {number[]} */ offset) =>
      offset.map((number, index) => number + turned[index]),
    );
    const logits = apply(this.decoder, shown);
    return logits.map((logit) => logit / this.stored.temperature);
  }

  /**
   * Return the style of an image, and where classes are read their probabilities.
   * @param {Float32Array} image - Its pixels in [0, 1].
   */
  encode(image) {
    this.encoder ??= readNetwork(this.stored.encoder);
    const outputs = apply(this.encoder, image);
    const { scale, reads } = this.stored;
    const style = outputs.slice(0, this.length).map((z) => z / scale);
    const logits = outputs.slice(this.length, this.length + this.contents);
    return { style, read: reads ? softmax(logits) : null };
  }
}

/** Return the sum of products. */
function dot(/** @type {ArrayLike<number>} */ one, /** @type {ArrayLike<number>} */ other) {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}

/** Return the probabilities that logits mean. */
function softmax(/** @type {Float64Array} */ logits) {
  const most = Math.max(...logits);
  const odds = Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = odds.reduce((a, b) => a + b);
  return odds.map((odd) => odd / sum);
}

/** Return the brightness in [0, 1] that a logit means. */
function sigmoid(/** @type {number} */ logit) {
  return 1 / (1 + Math.exp(-logit));
}
