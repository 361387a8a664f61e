// Twins of Physical clocks, chapter 3.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "clocks", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "clock/ntp.rs",
        subject: "ntp",
        made_by: "clocks::ntp({name}, distsys::clock::Discipline::new, |servers, requests, work| {twin}::Ntp::new(servers, requests).with_work(work))",
    },
    Place {
        module: "clock/discipline.rs",
        subject: "ntp",
        made_by: "clocks::ntp({name}, {twin}::Discipline::new, |servers, requests, work| distsys::clock::Ntp::new(servers, requests).with_work(work))",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "ntp-forgets-the-servers-work",
        bug: "counts the time that the server took to answer as if the network had taken it",
        module: "clock/ntp.rs",
        old: "        difference(self.t4, self.t1) - difference(self.t3, self.t2)",
        new: "        difference(self.t4, self.t1)",
        subject: "ntp",
        breaks: "clock_sync::half_the_delay",
    },
    Twin {
        name: "ntp-whole-delay",
        bug: "adds the whole delay to the server's time, not half of it",
        module: "clock/ntp.rs",
        old: "self.t3.saturating_add_signed(self.delay() / 2)",
        new: "self.t3.saturating_add_signed(self.delay())",
        subject: "ntp",
        breaks: "clock_sync::half_the_delay",
    },
    Twin {
        name: "ntp-no-delay",
        bug: "takes the server's time as it was when the answer left",
        module: "clock/ntp.rs",
        old: "self.t3.saturating_add_signed(self.delay() / 2)",
        new: "self.t3",
        subject: "ntp",
        breaks: "clock_sync::half_the_delay",
    },
    Twin {
        name: "ntp-wrong-sign",
        bug: "says how far the server is behind the client, not the client behind the server",
        module: "clock/ntp.rs",
        old: "        difference(self.server_time(), self.t4)",
        new: "        difference(self.t4, self.server_time())",
        subject: "ntp",
        breaks: "clock_sync::half_the_delay",
    },
    Twin {
        name: "ntp-believes-one-server",
        bug: "believes the server that answers first, and compares it with nobody",
        module: "clock/ntp.rs",
        old: "combine(&self.samples, self.servers.len())",
        new: "combine(&self.samples[..self.samples.len().min(1)], 1)",
        subject: "ntp",
        breaks: "clock_sync::error_is_bounded",
    },
    Twin {
        name: "ntp-gives-up",
        bug: "waits for answers that were lost, and never asks again",
        module: "clock/ntp.rs",
        old: "            None => self.begin_round(ctx),",
        new: "            None => {}",
        subject: "ntp",
        breaks: "clock_sync::corrected_in_the_end",
    },
    Twin {
        name: "discipline-wrong-sign",
        bug: "has the sign of the skew wrong: a clock that is behind is put back even further",
        module: "clock/discipline.rs",
        old: "                let correction = self.clock.correct(counter, skew);",
        new: "                let correction = self.clock.correct(counter, -skew);",
        subject: "ntp",
        breaks: "clock_sync::error_is_bounded",
    },
    Twin {
        name: "discipline-always-slews",
        bug: "slews whatever the skew is, and would need weeks for an hour",
        module: "clock/discipline.rs",
        old: "        STEP_FROM..PANIC_FROM => Correction::Step,",
        new: "        STEP_FROM..PANIC_FROM => Correction::Slew,",
        subject: "ntp",
        breaks: "clock_sync::correction_by_the_rule",
    },
    Twin {
        name: "discipline-never-panics",
        bug: "steps the clock however wrong it seems to be",
        module: "clock/discipline.rs",
        old: "        PANIC_FROM.. => Correction::Panic,",
        new: "        PANIC_FROM.. => Correction::Step,",
        subject: "ntp",
        breaks: "clock_sync::correction_by_the_rule",
    },
    Twin {
        name: "discipline-slews-the-limit",
        bug: "slews a skew of exactly 125 ms",
        module: "clock/discipline.rs",
        old: "        0..STEP_FROM => Correction::Slew,
        STEP_FROM..PANIC_FROM => Correction::Step,",
        new: "        0..=STEP_FROM => Correction::Slew,
        0..PANIC_FROM => Correction::Step,",
        subject: "ntp",
        breaks: "clock_sync::correction_by_the_rule",
    },
    Twin {
        name: "discipline-slews-at-once",
        bug: "gets rid of a small skew at once, so that its time of day jumps, its monotonic clock with it",
        module: "clock/discipline.rs",
        old: "        let slewed = self.slew.clamp(-most, most);",
        new: "        let _ = most;
        let slewed = if elapsed == 0 { 0 } else { self.slew };",
        subject: "ntp",
        breaks: "clock_sync::monotonic_keeps_its_rate",
    },
    Twin {
        name: "discipline-steps-the-monotonic-clock",
        bug: "steps the monotonic clock together with the time of day",
        module: "clock/discipline.rs",
        old: "                self.time_of_day = self.time_of_day.saturating_add_signed(skew);",
        new: "                self.time_of_day = self.time_of_day.saturating_add_signed(skew);
                self.monotonic = self.monotonic.saturating_add_signed(skew);",
        subject: "ntp",
        breaks: "clock_sync::monotonic_keeps_its_rate",
    },
    Twin {
        name: "discipline-forgets-drift",
        bug: "takes its clock to be as right as it was when it was corrected, however long ago that is",
        module: "clock/discipline.rs",
        old: "        Some(error + drift(age) + self.clock.to_slew(counter).unsigned_abs())",
        new: "        let _ = age;
        Some(error + self.clock.to_slew(counter).unsigned_abs())",
        subject: "ntp",
        breaks: "clock_sync::error_is_bounded",
    },
    Twin {
        name: "discipline-forgets-what-is-left",
        bug: "takes its clock to be right while it is still being slewed",
        module: "clock/discipline.rs",
        old: "        Some(error + drift(age) + self.clock.to_slew(counter).unsigned_abs())",
        new: "        Some(error + drift(age))",
        subject: "ntp",
        breaks: "clock_sync::error_is_bounded",
    },
];
