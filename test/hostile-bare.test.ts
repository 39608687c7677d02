/** The attempts of hostile.test.ts without a sandbox: they show that those tests can fail. */

import { bareSuite } from './lib/hostile/suite.ts';

bareSuite();
