/** Options of what the project is, for commands that begin a plan. */

import { TECHNOLOGIES } from '../core/technology.ts';
import { choice } from './kinds.ts';
import { meta } from './option-meta.ts';

export const PROJECT_OPTIONS = {
  technology: choice(...TECHNOLOGIES)
    .optional()
    .register(meta, {
      section: 'Project',
      key: 'technology',
      env: 'COX_TECHNOLOGY',
      description:
        'what the project is written in (python, django, typescript, javascript, go or rust), as `cox init` writes it into a plan; without it, what its files tell',
    }),
};
