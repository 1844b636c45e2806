#!/usr/bin/env node
require("./one-pool-thread.cjs");
void import("../dist/cli/main.js");
