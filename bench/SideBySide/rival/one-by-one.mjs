// Jobs over URLs, one after the other, after a few that warm the process up.
import { jobs, measure, report, subscribe } from "./meter.mjs";

for (let i = 0; i < 5; i++) await subscribe(`warm/${i}`);
await measure(async () => {
  for (let i = 0; i < jobs; i++) await subscribe(`row/${i}`);
});
report();
