/** Places at which a crash must change nothing. Production passes a probe that does nothing. */

import type { Intent } from '../core/event.ts';

export type ProbePoint = 'before-intent' | 'after-intent' | 'after-effect' | 'after-outcome';

export type Probe = (point: ProbePoint, what: Intent['type']) => void;
