// A batch on fal's own JavaScript client, as a careful administrator would write it: what is there is skipped, one failure
// does not end the others, files appear under their names only when they are whole, and what is finished is kept in a file.
// Usage: node batch.mjs <base url> <id:secret> <rows.csv> <out> <state.json> <at once>
// It ends with 0 when everything is there.
import { access, readFile, rename, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { createFalClient } from "@fal-ai/client";

const [base, key, table, out, stateFile, atOnce] = process.argv.slice(2);
const endpoint = "fal-ai/kling-video/lipsync/audio-to-video";
const hosts = { "queue.fal.run": "/queue", "fal.run": "/run", "rest.fal.ai": "/rest", "v3.fal.media": "/cdn", "v3b.fal.media": "/cdn" };

// Only for the rehearsal: fal's hosts lead to the emulator.
function redirectedFetch(resource, init) {
  const url = new URL(resource);
  if (url.origin === base) return fetch(url, init);
  const prefix = hosts[url.host];
  if (!prefix) throw new Error(`The client asked for an unknown host: ${url.host}`);
  return fetch(`${base}${prefix}${url.pathname}${url.search}`, init);
}

const fal = createFalClient({ credentials: key, fetch: redirectedFetch });

async function exists(path) {
  return access(path).then(() => true, () => false);
}

function nameOf(path) {
  return basename(path, extname(path));
}

async function readRows() {
  const [header, ...lines] = (await readFile(table, "utf8")).trim().split("\n");
  const columns = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [columns[i], cell])));
}

async function readState() {
  return (await exists(stateFile)) ? JSON.parse(await readFile(stateFile, "utf8")) : {};
}

let saving = Promise.resolve();
function saveState(state) {
  saving = saving.then(async () => {
    await writeFile(`${stateFile}.tmp`, JSON.stringify(state));
    await rename(`${stateFile}.tmp`, stateFile);
  });
  return saving;
}

async function upload(path) {
  const type = { ".mp4": "video/mp4", ".m4a": "audio/mp4", ".wav": "audio/wav" }[extname(path)];
  return fal.storage.upload(new File([await readFile(path)], basename(path), { type }));
}

async function download(video, target) {
  for (let tries = 1; ; tries++) {
    try {
      const response = await redirectedFetch(video.url);
      if (!response.ok) throw new Error(`The download answered ${response.status}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (video.file_size && bytes.length !== video.file_size) throw new Error(`${bytes.length} bytes came instead of ${video.file_size}`);
      await writeFile(`${target}.partial`, bytes);
      await rename(`${target}.partial`, target);
      return;
    } catch (error) {
      if (tries === 3) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * tries));
    }
  }
}

async function work(row, state) {
  const video = row.VideoPath || row.VideoUrl;
  const audio = row.AudioPath || row.AudioUrl;
  const name = nameOf(audio) === nameOf(video) ? nameOf(video) : `${nameOf(video)}.${nameOf(audio)}`;
  const target = join(out, `${name}.lipsync.mp4`);
  if (state[name] || (await exists(target))) return;
  const input = {
    video_url: row.VideoUrl || (await upload(row.VideoPath)),
    audio_url: row.AudioUrl || (await upload(row.AudioPath)),
  };
  const result = await fal.subscribe(endpoint, { input });
  await download(result.data.video, target);
  state[name] = result.requestId;
  await saveState(state);
}

const rows = await readRows();
const state = await readState();
let failed = 0;
let next = 0;
await Promise.all(
  Array.from({ length: Number(atOnce) }, async () => {
    while (next < rows.length) {
      const row = rows[next++];
      try {
        await work(row, state);
      } catch (error) {
        failed++;
        console.log(`${row.VideoPath || row.VideoUrl}: ${error?.name}: ${error?.message}`);
      }
    }
  }),
);
console.log(`${rows.length - failed} of ${rows.length} are there.`);
process.exitCode = failed ? 1 : 0;
