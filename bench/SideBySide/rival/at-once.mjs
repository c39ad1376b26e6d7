// Jobs over URLs, many at once; loading the client is part of the work.
import { atOnce, inParallel, jobs, measureWhole, report, subscribe } from "./meter.mjs";

await measureWhole(() => inParallel(jobs, atOnce, (i) => subscribe(`row/${i}`)));
report();
