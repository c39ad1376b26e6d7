// Drives an emulator with fal's own JavaScript client, of which only `fetch` is redirected.
// Usage: node official-client.mjs <emulator url> <id:secret>. One JSON line per check.
import { createHash } from "node:crypto";
import { createFalClient } from "@fal-ai/client";

const [base, key] = process.argv.slice(2);
const endpoint = "fal-ai/kling-video/lipsync/audio-to-video";
const input = { video_url: "https://example.com/clip.mp4", audio_url: "https://example.com/voice.mp3" };
const hosts = {
  "queue.fal.run": "/queue",
  "fal.run": "/run",
  "rest.fal.ai": "/rest",
  "v3.fal.media": "/cdn",
  "v3b.fal.media": "/cdn",
  "api.fal.ai": "/api",
};

// fal's hosts lead to the emulator, and so do the addresses it hands out itself. Nothing else is reached.
function redirectedFetch(resource, init) {
  const url = new URL(resource);
  if (url.origin === base) return fetch(url, init);
  const prefix = hosts[url.host];
  if (!prefix) throw new Error(`The client asked for an unknown host: ${url.host}`);
  return fetch(`${base}${prefix}${url.pathname}${url.search}`, init);
}

const fal = createFalClient({ credentials: key, fetch: redirectedFetch });

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It was expected to fail and did not.");
}

async function settled(requestId) {
  return fal.queue.subscribeToStatus(endpoint, { requestId, pollInterval: 50 });
}

async function ledger() {
  return (await fetch(`${base}/_emulator/ledger`)).json();
}

function sha256(blob) {
  return blob.arrayBuffer().then((bytes) => createHash("sha256").update(Buffer.from(bytes)).digest("hex"));
}

function file(mebibytes, name) {
  const piece = new Uint8Array(1024 * 1024).map((_, i) => i * 31);
  return new File(Array(mebibytes).fill(piece), name, { type: "video/mp4" });
}

async function uploadAndCompare(blob) {
  const url = await fal.storage.upload(blob, { lifecycle: { expiresIn: "1h" } });
  expect(url.startsWith(`${base}/cdn/files/b/`) && url.endsWith(`_${blob.name}`), `unexpected file url ${url}`);
  const entry = (await ledger()).uploads.find((upload) => upload.url === url);
  expect(entry?.bytes === blob.size, `the ledger has ${entry?.bytes} bytes`);
  expect(entry.sha256 === (await sha256(blob)), "the hashes differ");
  return url;
}

const checks = {
  async submit_status_result() {
    const receipt = await fal.queue.submit(endpoint, { input, priority: "low", hint: "x", startTimeout: 60 });
    expect(receipt.status === "IN_QUEUE" && receipt.request_id, "no receipt");
    const early = await fal.queue.status(endpoint, { requestId: receipt.request_id, logs: true });
    expect(early.status === "IN_QUEUE" && typeof early.queue_position === "number", `not queued but ${early.status}`);
    const done = await settled(receipt.request_id);
    expect(done.status === "COMPLETED" && typeof done.metrics.inference_time === "number", "no metrics");
    const result = await fal.queue.result(endpoint, { requestId: receipt.request_id });
    expect(result.requestId === receipt.request_id, "the result lacks its request id");
    const video = await redirectedFetch(result.data.video.url);
    expect(video.status === 200 && video.headers.get("content-type") === "video/mp4", "no video at the result's url");
    expect((await video.arrayBuffer()).byteLength === result.data.video.file_size, "the size differs");
  },

  async subscribe_by_polling() {
    const seen = [];
    const result = await fal.subscribe(endpoint, {
      input,
      logs: true,
      pollInterval: 50,
      onQueueUpdate: (update) => seen.push(update),
    });
    expect(result.data.video.url, "no video");
    expect(seen.at(-1).status === "COMPLETED", "the end was not told");
    expect(seen.at(-1).logs.every((line) => line.message && line.timestamp && line.level && line.source), "a log line lacks something");
  },

  async subscribe_by_streaming() {
    const seen = [];
    const result = await fal.subscribe(endpoint, { input, mode: "streaming", logs: true, onQueueUpdate: (update) => seen.push(update.status) });
    expect(result.data.video.url, "no video");
    expect(new Set(seen).size === 3, `only ${[...new Set(seen)]} were told`);
  },

  async stream_status() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input });
    const stream = await fal.queue.streamStatus(endpoint, { requestId, logs: true });
    const messages = [];
    const states = [];
    for await (const status of stream) {
      states.push(status.status);
      messages.push(...(status.logs ?? []).map((line) => line.message));
    }
    expect((await stream.done()).status === "COMPLETED", "the stream did not end with COMPLETED");
    expect(states[0] === "IN_QUEUE" && states.includes("IN_PROGRESS"), `states: ${states}`);
    expect(messages.length > 0 && new Set(messages).size === messages.length, "a log line came twice or none came");
  },

  async blocking_run() {
    const result = await fal.run(endpoint, { input });
    expect(result.data.video.url && result.requestId, "no result");
  },

  async cancel_while_queued() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input });
    await fal.queue.cancel(endpoint, { requestId });
    await settled(requestId);
    const error = await failure(fal.queue.result(endpoint, { requestId }));
    expect(error.name === "ApiError" && error.status === 499, `not a 499 but ${error.status}`);
  },

  async cancel_too_late() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input });
    await settled(requestId);
    const error = await failure(fal.queue.cancel(endpoint, { requestId }));
    expect(error.status === 400 && error.body.status === "ALREADY_COMPLETED", `not refused but ${error.status}`);
  },

  async upload_small() {
    const url = await uploadAndCompare(file(1, "small.mp4"));
    expect((await redirectedFetch(url)).headers.get("content-length") === String(1024 * 1024), "the size differs");
  },

  async upload_large_in_parts() {
    const before = (await ledger()).counts;
    await uploadAndCompare(file(91, "large.mp4"));
    const after = (await ledger()).counts;
    expect(after.part - before.part === 10, `${after.part - before.part} parts`);
    expect(after.complete - before.complete === 1, "not completed");
  },

  async upload_inside_the_input() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input: { ...input, video_url: file(1, "inside.mp4") } });
    await settled(requestId);
    // These bytes are no movie, which the model finds out when it has fetched them.
    const error = await failure(fal.queue.result(endpoint, { requestId }));
    expect(error.getFieldErrors("video_url")[0].type === "unsupported_video_format", JSON.stringify(error.body));
  },

  async error_of_the_model() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input: { ...input, video_url: "https://example.com/noface.mp4" } });
    const status = await settled(requestId);
    expect(status.status === "COMPLETED", "not completed");
    const error = await failure(fal.queue.result(endpoint, { requestId }));
    expect(error.name === "ValidationError" && error.status === 422, `not a 422 but ${error.status}`);
    expect(error.fieldErrors[0].type === "face_detection_error", JSON.stringify(error.body));
    expect(error.requestId === requestId, "the error lacks its request id");
  },

  async error_of_the_schema() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input: { input } });
    await settled(requestId);
    const error = await failure(fal.queue.result(endpoint, { requestId }));
    expect(error.getFieldErrors("audio_url")[0].type === "missing", JSON.stringify(error.body));
  },

  async error_of_a_wrong_key() {
    const stranger = createFalClient({ credentials: "no:body", fetch: redirectedFetch });
    const error = await failure(stranger.queue.submit(endpoint, { input }));
    expect(error.status === 401 && error.body.detail === "No user found for Key ID and Secret", JSON.stringify(error.body));
  },

  async error_of_an_unknown_app() {
    const error = await failure(fal.queue.submit("fal-ai/nothing-here", { input }));
    expect(error.status === 404, `not a 404 but ${error.status}`);
  },

  async error_when_too_early() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input });
    const error = await failure(fal.queue.result(endpoint, { requestId }));
    expect(error.status === 400 && error.body.detail === "Request is still in progress", JSON.stringify(error.body));
  },

  async error_of_the_start_timeout() {
    const { request_id: requestId } = await fal.queue.submit(endpoint, { input, headers: { "x-fal-request-start-timeout": "0.15" } });
    await settled(requestId);
    const error = await failure(fal.queue.result(endpoint, { requestId }));
    expect(error.isUserTimeout, `not a start timeout but ${error.status}`);
  },
};

let failed = 0;
for (const [check, run] of Object.entries(checks)) {
  const line = { check, ok: true };
  try {
    await run();
  } catch (error) {
    failed++;
    line.ok = false;
    line.error = `${error?.name}: ${error?.message}`;
  }
  console.log(JSON.stringify(line));
}
process.exitCode = failed ? 1 : 0;
