/** An application that calls the API. */
export interface RegisteredApp {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

export interface AppStore {
  /** The application, if the secret is its own. The same work for an unknown id. */
  authenticate(clientId: string, secret: string): Promise<RegisteredApp | null>;
}
