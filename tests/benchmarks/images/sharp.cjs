// One contender in a process of its own: node sharp.cjs <cascade|separate> <input> <settings as JSON>
// Runs once for every line of standard input, and prints seconds, bytes and peak memory as a line of JSON.
"use strict";
const fs = require("fs");
const path = require("path");
const sharp = require(path.resolve("build/bench/sharp/node_modules/sharp"));

const [manner, input, text] = process.argv.slice(2);
const settings = JSON.parse(text);
const kind = path.extname(input).slice(1);
sharp.concurrency(1);
sharp.cache(false);

const webp = (image) => image.webp({ quality: settings.webp_quality, effort: settings.webp_effort });
const own = {
  jpg: (image) => image.jpeg({ quality: settings.jpeg_quality, optimiseCoding: false }),
  // Without its adaptive filters sharp writes a photograph at more than twice the bytes.
  png: (image) => image.png({ compressionLevel: settings.png_compression, adaptiveFiltering: true }),
  webp: (image) => image.webp({ quality: settings.webp_quality, effort: settings.webp_original_effort }),
  avif: (image) => image.avif({ quality: settings.avif_quality, effort: settings.avif_effort }),
}[kind];
const inside = (image, side) => image.resize(side, side, { fit: "inside", withoutEnlargement: true });
const written = async (image) => (await image.keepIccProfile().toBuffer()).length;

// One decode: raw pixels, and every rendition made from the next larger one.
async function cascade() {
  let { data, info } = await sharp(input).rotate().raw().toBuffer({ resolveWithObject: true });
  const pixels = () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  const bytes = [await written(own(pixels()))];
  for (const side of settings.sides) {
    ({ data, info } = await inside(pixels(), side).raw().toBuffer({ resolveWithObject: true }));
    bytes.push(await written(webp(pixels())));
  }
  return bytes;
}

// The usual way: a pipeline, and a decode, for each output.
async function separate() {
  const bytes = [await written(own(sharp(input).rotate()))];
  for (const side of settings.sides) bytes.push(await written(webp(inside(sharp(input).rotate(), side))));
  return bytes;
}

(async () => {
  const run = { cascade, separate }[manner];
  for await (const _ of require("readline").createInterface({ input: process.stdin })) {
    const started = performance.now();
    const busy = process.cpuUsage();
    const bytes = await run();
    const seconds = (performance.now() - started) / 1000;
    const used = process.cpuUsage(busy);
    const peak = Number(fs.readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s+(\d+)/)[1]) / 1024;
    console.log(JSON.stringify({ seconds, cpu_seconds: (used.user + used.system) / 1e6, bytes, peak_mb: peak, with_parent_mb: peak }));
  }
})();
