// What all scripts share: fal's own client led to the emulator, and what this process measured.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { Readable } from "node:stream";

const bareCpu = processor();

// One place of the client and its version: the folder that has the lock file.
const { createFalClient } = createRequire(new URL("../../Chaos/rival/", import.meta.url))("@fal-ai/client");

const { BENCH_URL: base, BENCH_MODE: mode = "default", FAL_KEY: credentials } = process.env;
export const jobs = Number(process.env.BENCH_JOBS);
export const atOnce = Number(process.env.BENCH_AT_ONCE);
export const endpoint = "fal-ai/kling-video/lipsync/audio-to-video";
const hosts = { "queue.fal.run": "/queue", "fal.run": "/run", "rest.fal.ai": "/rest", "v3.fal.media": "/cdn", "v3b.fal.media": "/cdn" };
const figures = { bareCpu };

// Tuned: Node's own HTTP client with kept connections, which costs less than its fetch.
const agent = new http.Agent({ keepAlive: true, maxSockets: Math.max(atOnce, jobs) });
function agentFetch(resource, init = {}) {
  const { method = "GET", headers, body } = init;
  return new Promise((resolve, reject) => {
    const request = http.request(resource, { method, agent, headers: Object.fromEntries(new Headers(headers)) }, (reply) => {
      const head = { status: reply.statusCode, headers: Object.entries(reply.headers).filter(([, value]) => typeof value === "string") };
      if (reply.headers["content-type"]?.startsWith("text/event-stream")) {
        resolve(new Response(Readable.toWeb(reply), head));
        return;
      }
      const parts = [];
      reply.on("data", (part) => parts.push(part));
      reply.on("end", () => resolve(new Response(Buffer.concat(parts), head)));
      reply.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const underlying = mode === "default" ? fetch : agentFetch;
function redirectedFetch(resource, init) {
  const url = new URL(resource);
  if (url.origin === base) return underlying(url, init);
  const prefix = hosts[url.host];
  if (!prefix) throw new Error(`The client asked for an unknown host: ${url.host}`);
  return underlying(`${base}${prefix}${url.pathname}${url.search}`, init);
}

export const fal = createFalClient({ credentials, fetch: redirectedFetch });
const waiting = { default: {}, poll: { pollInterval: 0 }, streaming: { mode: "streaming" } }[mode];

export function subscribe(name) {
  const input = { video_url: `https://media.example.com/${name}.mp4`, audio_url: `https://media.example.com/${name}.m4a` };
  return fal.subscribe(endpoint, { input, ...waiting });
}

function processor() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export async function measure(work) {
  const [cpu, started] = [processor(), performance.now()];
  await work();
  figures.ms = performance.now() - started;
  figures.cpu = processor() - cpu;
}

// What getrusage tells of a process on Linux is never less than what its parent had when it started it.
function peak() {
  const status = "/proc/self/status";
  const own = existsSync(status) && /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, "utf8"));
  return own ? Number(own[1]) : process.resourceUsage().maxRSS;
}

/** The same for a process whose start-up is part of the work: the client's loading counts. */
export async function measureWhole(work) {
  const started = performance.now();
  await work();
  figures.ms = performance.now() - started;
  figures.cpu = processor() - bareCpu;
}

export async function inParallel(count, width, one) {
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < count) await one(next++);
  }));
}

export function report(more = {}) {
  const peakMiB = peak() / 1024;
  writeFileSync(process.env.BENCH_REPORT, JSON.stringify({ ...figures, peakMiB, ...more }));
  process.exit(0);
}
