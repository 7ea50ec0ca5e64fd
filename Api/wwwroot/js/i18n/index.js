// Owns the one table of all texts: every key once, in English and in Korean.
import { account } from "./account.js";
import { job } from "./job.js";
import { problem } from "./problem.js";
import { recovery } from "./recovery.js";
import { security } from "./security.js";
import { upload } from "./upload.js";
import { workspace } from "./workspace.js";

export const messages = { ...account, ...upload, ...job, ...problem, ...security, ...recovery, ...workspace };
