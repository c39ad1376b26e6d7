// Sends clips and sounds and does not wait for the results. Files are opened as blobs: nothing is read before it is sent.
import { openAsBlob, readdirSync } from "node:fs";
import { join } from "node:path";
import { endpoint, fal, inParallel, jobs, measure, report } from "./meter.mjs";

const { BENCH_CLIPS: clips, BENCH_SOUND: sound, BENCH_WARM: warm } = process.env;
const upload = async (path, type) => fal.storage.upload(await openAsBlob(path, { type }));
async function send(video, audio) {
  const input = { video_url: await upload(video, "video/mp4"), audio_url: await upload(audio, "audio/mp4") };
  return fal.queue.submit(endpoint, { input });
}

await send(join(warm, "clip.mp4"), join(warm, "clip.m4a"));
const files = readdirSync(clips).filter((name) => name.endsWith(".mp4"));
if (files.length !== jobs) throw new Error(`${files.length} of ${jobs} clips`);
await measure(() => inParallel(files.length, 8, (i) => send(join(clips, files[i]), sound)));
report();
