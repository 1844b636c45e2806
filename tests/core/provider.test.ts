import { describe, expect, it } from "vitest";
import { providerOf } from "../../src/core/provider.ts";

describe("providerOf", () => {
  it.each([
    ["https://api.openai.com/v1", "api.openai.com"],
    ["https://api.deepseek.com:443", "api.deepseek.com"],
    ["http://203.0.113.7:8000", "203.0.113.7"],
    ["https://[2606:4700::1111]/v1", "2606:4700::1111"],
  ])("is the host of a public service: %s", (url, provider) => {
    expect(providerOf(url)).toBe(provider);
  });

  it.each([
    "http://127.0.0.1:8000/v1",
    "http://localhost:8000",
    "http://[::1]:8000",
    "http://10.1.2.3",
    "http://172.31.0.4:9000",
    "http://192.168.1.2",
    "http://gpu-07:8000/v1",
    "http://gpu.lab.internal:8000",
    "http://[fd00::7]:8000",
  ])("is nobody at an address of one's own: %s", (url) => {
    expect(providerOf(url)).toBeNull();
  });
});
