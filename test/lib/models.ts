import { after, before } from 'node:test';
import { ModelServer } from './model-server/server.ts';
import type { Project } from './project.ts';

export interface Models {
  readonly server: ModelServer;
  /** Removed with the server. */
  keep(project: Project): void;
}

/** A server of scripted models for the tests of the `describe` that calls it, closed behind the last of them. */
export function useModels(): Models {
  let server: ModelServer | undefined;
  const projects: Project[] = [];
  before(async () => {
    server = await ModelServer.open();
  });
  after(async () => {
    for (const project of projects) project.remove();
    await server?.close();
  });
  return {
    get server() {
      if (server === undefined) throw new Error('the server is opened before the first test');
      return server;
    },
    keep: (project) => {
      projects.push(project);
    },
  };
}
