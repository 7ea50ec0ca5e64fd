// Owns the few line drawings of the interface.
import { drawing } from "./dom.js";

const paths = {
  upload: "M12 16V4m0 0 5 5m-5-5L7 9M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3",
  download: "M12 4v12m0 0 5-5m-5 5-5-5M4 17v1a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-1",
  back: "M19 12H5m0 0 6-6m-6 6 6 6",
  forward: "m9 6 6 6-6 6",
  check: "m5 12.5 4.5 4.5L19 7.5",
  alert: "M12 8v5m0 3.2v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  film: "M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Zm2 9h5m3 0h2M7 16.5h3m3 0h4",
};

export function icon(name, className = "icon") {
  return drawing(paths[name], className);
}
