/** A server on a random loopback port; ended, and its folder removed, by `stop` or at the latest when this process is gone. */
export interface TestServer {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}
