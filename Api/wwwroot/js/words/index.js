// Owns the one table of all words: every key once, with its English and its Korean.
import { account } from "./account.js";
import { job } from "./job.js";
import { problem } from "./problem.js";
import { recovery } from "./recovery.js";
import { security } from "./security.js";
import { upload } from "./upload.js";

export const words = { ...account, ...upload, ...job, ...problem, ...security, ...recovery };
