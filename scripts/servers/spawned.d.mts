/** A process on a loopback port; ended, and its folder removed, by `stop` or at the latest when this process is gone. */
export interface TestNode {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export interface TestServer extends TestNode {
  readonly url: string;
}
