// Loaded into a run with NODE_OPTIONS=--import: its clock jumps by up to a day, forwards and back, some times a second.
const real = Date.now;
let jump = 0;
setInterval(() => (jump = (Math.random() - 0.5) * 2 * 86_400_000), 150).unref();
Date.now = () => real() + jump;
globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(real() + jump);
    else super(...args);
  }
};
