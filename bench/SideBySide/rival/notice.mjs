// Jobs that take their time, all at once; when each result is in hand.
import { inParallel, jobs, measure, report, subscribe } from "./meter.mjs";

await subscribe("warm/0");
const notices = {};
await measure(() => inParallel(jobs, jobs, async (i) => {
  const { requestId } = await subscribe(`row/${i}`);
  notices[requestId] = performance.timeOrigin + performance.now();
}));
report({ notices });
