// Downloads one file as a plain script does: from the start again when it fails, and to its name only when its length is right.
import { createWriteStream, renameSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { measure, report } from "./meter.mjs";

const { BENCH_FILE_URL: url, BENCH_OUT: out, BENCH_BYTES: expected } = process.env;
const target = `${out}/result.mp4`;
await measure(async () => {
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url);
      await pipeline(Readable.fromWeb(response.body), createWriteStream(`${target}.partial`));
      if (response.headers.get("content-length") !== expected) throw new Error("wrong length");
      renameSync(`${target}.partial`, target);
      return;
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
});
report();
