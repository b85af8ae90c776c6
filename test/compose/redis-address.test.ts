import t from "tap";
import { readRedisUrl } from "../../src/compose/redis-address.ts";
import { ConfigMistakes, readConfig } from "../../src/config.ts";

const plain = { tls: false, credentials: {} };

t.test("what REDIS_URL may say", async (t) => {
  const readings: Record<string, object> = {
    "redis://127.0.0.1": { ...plain, kind: "single", node: { host: "127.0.0.1", port: 6379 }, database: 0 },
    "redis://state.contoso.example:7000/3": {
      ...plain,
      kind: "single",
      node: { host: "state.contoso.example", port: 7000 },
      database: 3,
    },
    "rediss://rekey:p%2Cw%40%25@[::1]:7000/": {
      tls: true,
      credentials: { username: "rekey", password: "p,w@%" },
      kind: "single",
      node: { host: "::1", port: 7000 },
      database: 0,
    },
    "redis://:pass@a:1,b:2,c": {
      tls: false,
      credentials: { password: "pass" },
      kind: "cluster",
      nodes: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
        { host: "c", port: 6379 },
      ],
    },
    "rediss://u:p@a:1, rediss://u:p@b:2/0": {
      tls: true,
      credentials: { username: "u", password: "p" },
      kind: "cluster",
      nodes: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
      ],
    },
    "redis+sentinel://a,b:3/my%20master": {
      ...plain,
      kind: "sentinel",
      sentinels: [
        { host: "a", port: 26379 },
        { host: "b", port: 3 },
      ],
      sentinelCredentials: {},
      masterName: "my master",
      database: 0,
    },
    "rediss+sentinel://:data@a/name/2?sentinel-username=watcher&sentinel-password=w%26": {
      tls: true,
      credentials: { password: "data" },
      kind: "sentinel",
      sentinels: [{ host: "a", port: 26379 }],
      sentinelCredentials: { username: "watcher", password: "w&" },
      masterName: "name",
      database: 2,
    },
  };
  for (const [url, address] of Object.entries(readings)) t.strictSame(readRedisUrl(url), { address }, url);
});

t.test("every mistake is told, and nothing of the value with it", async (t) => {
  const mistaken: Record<string, RegExp[]> = {
    "https://s3cret.example": [/must look like redis:/],
    "redis://": [/must look like redis:/],
    "redis://s3cret.example:0": [/node, number 1,/],
    "redis://a,s3cret.example:65536,c d": [/node, number 2,/, /node, number 3,/],
    "redis://a,": [/node, number 2,/],
    "redis://a,b/3": [/must name no database/],
    "redis://a/s3cret": [/number of a database/],
    "redis://a?family=s3cret": [/parameter that is not known/],
    "redis://a?sentinel-password=s3cret": [/parameter that is not known/],
    "redis://s3cret@a": [/user without a password/],
    "redis://:s3cret%zz@a:b": [/percent sign/, /node, number 1,/],
    "redis://u:s3cret@a,redis://u:other@b": [/one scheme, one user and one password/],
    "redis://a,rediss://s3cret.example": [/one scheme/],
    "redis://u:s3,cret@a": [/one scheme, one user and one password.*, is %2C/],
    "redis+sentinel://s3cret.example": [/master's name/],
    "redis+sentinel://a/name/s3cret": [/number of a database/],
    "redis+sentinel://a/name/0/s3cret": [/master's name/],
  };
  for (const [url, patterns] of Object.entries(mistaken)) {
    try {
      readConfig({ REDIS_URL: url });
      t.fail(`${url} was taken`);
    } catch (error) {
      const [told = "", ...others] = error instanceof ConfigMistakes ? error.mistakes : [];
      t.match(told, /^REDIS_URL /);
      for (const pattern of patterns) t.match(told, pattern, url);
      t.notMatch(told, /s3c?,?ret/, `${url} is not repeated`);
      t.strictSame(others, []);
    }
  }
});
