//! The processes that a program has started: finding, limiting and ending them.

use std::process::Child;

use super::evaluate::Limits;
#[cfg(unix)]
use rustix::process::{Resource, Rlimit, setrlimit};

pub(super) use system::{adopt_orphans, descendants, kill_all, limit_this_process};

/// A living process below this one.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux lists them"))]
pub(super) struct Process {
    id: i32,
    group: i32,
    /// Bytes of memory that it occupies.
    pub(super) memory: u64,
}

/// Caps what one process alone may take; [`Limits::memory`] is checked for the sum as well.
#[cfg(unix)]
fn set_limits(limits: &Limits) {
    set_limit(Resource::Data, limits.memory);
    set_limit(Resource::Fsize, limits.memory);
    set_limit(Resource::Core, 0);
}

/// Sets one limit of this process for good; a system that lacks it still has the others.
#[cfg(unix)]
fn set_limit(resource: Resource, amount: u64) {
    let limit = Rlimit { current: Some(amount), maximum: Some(amount) };
    let _ = setrlimit(resource, limit);
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::BTreeMap;
    use std::fs;
    use std::thread::sleep;
    use std::time::Duration;

    use rustix::process::{
        Pid, Resource, Signal, kill_process, kill_process_group, set_child_subreaper,
    };
    use rustix::thread::set_no_new_privs;

    use super::{Child, Limits, Process};

    /// How often the killing is repeated, a millisecond apart, before what cannot be killed stays.
    const ROUNDS: usize = 2000;

    /// Makes this process the parent of every descendant whose own parent has ended.
    pub(in super::super) fn adopt_orphans() {
        // Without it (before Linux 3.4) only the process's direct descendants are found.
        let _ = set_child_subreaper(Some(rustix::process::getpid()));
    }

    /// Puts limits on this process, which all processes that it starts from now on inherit.
    pub(in super::super) fn limit_this_process(limits: &Limits) {
        super::set_limits(limits);
        // Only a bound for what gets out of hand before it is noticed: the limit is counted for
        // all that the user runs, and does not hold for root.
        if let Some(threads) = threads_on_this_machine() {
            super::set_limit(Resource::Nproc, threads + 1024);
        }
        // No child becomes another user by a set-uid program: we could not end it.
        let _ = set_no_new_privs(true);
    }

    fn threads_on_this_machine() -> Option<u64> {
        let load = fs::read_to_string("/proc/loadavg").ok()?;
        let (_, total) = load.split(' ').nth(3)?.split_once('/')?;
        total.parse().ok()
    }

    /// All living processes below this one.
    pub(in super::super) fn descendants() -> Vec<Process> {
        let mut children: BTreeMap<i32, Vec<Process>> = BTreeMap::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            if let Some((parent, process)) = parse_stat(&stat) {
                children.entry(parent).or_default().push(process);
            }
        }
        let mut found =
            children.remove(&rustix::process::getpid().as_raw_pid()).unwrap_or_default();
        let mut next = 0;
        while let Some(process) = found.get(next) {
            let below = children.remove(&process.id).unwrap_or_default();
            found.extend(below);
            next += 1;
        }
        found
    }

    /// The parent and the process that a line of /proc/…/stat describes; `None` for a dead one.
    fn parse_stat(stat: &str) -> Option<(i32, Process)> {
        // The name, in brackets, may hold anything, also spaces and brackets.
        let (head, tail) = stat.rsplit_once(')')?;
        let id = head.split(' ').next()?.parse().ok()?;
        let mut fields = tail.split_whitespace();
        let state = fields.next()?;
        let parent = fields.next()?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        let pages: u64 = fields.nth(18)?.parse().ok()?;
        let memory = pages * rustix::param::page_size() as u64;
        (!matches!(state, "Z" | "X")).then_some((parent, Process { id, group, memory }))
    }

    /// Ends the process and all others below this one.
    pub(in super::super) fn kill_all(child: &mut Child) {
        let group = i32::try_from(child.id()).ok();
        for _ in 0..ROUNDS {
            let living = descendants();
            if living.is_empty() {
                break;
            }
            // The group at once: even processes that start others without end cannot slip away.
            if living.iter().any(|process| Some(process.group) == group) {
                let _ =
                    group.and_then(Pid::from_raw).map(|id| kill_process_group(id, Signal::KILL));
            }
            // Those that left it one by one; stopped first, so that they start no others meanwhile.
            for signal in [Signal::STOP, Signal::KILL] {
                for process in living.iter().filter_map(|process| Pid::from_raw(process.id)) {
                    let _ = kill_process(process, signal);
                }
            }
            sleep(Duration::from_millis(1));
        }
        let _ = child.wait();
    }

    #[cfg(test)]
    mod tests {
        use super::parse_stat;

        #[test]
        fn a_process_may_have_any_name() {
            let tail = "S 7 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 1000 3 0";
            let (parent, process) =
                parse_stat(&format!("42 (a) Z 1 (b) {tail}")).expect("it lives");
            assert_eq!((process.id, parent), (42, 7));
            assert_eq!(process.memory, 3 * rustix::param::page_size() as u64);
            assert!(parse_stat(&format!("42 (a) Z{}", &tail[1..])).is_none());
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod system {
    use rustix::process::{Pid, Signal, kill_process_group};

    use super::{Child, Limits, Process};

    /// Not to be had here: a process that leaves its group is lost.
    pub(in super::super) fn adopt_orphans() {}

    /// Puts limits on this process, which all processes that it starts from now on inherit.
    pub(in super::super) fn limit_this_process(limits: &Limits) {
        super::set_limits(limits);
    }

    /// Not to be had without another program: the limits of each single process have to do.
    pub(in super::super) fn descendants() -> Vec<Process> {
        Vec::new()
    }

    /// Ends the process and its group.
    pub(in super::super) fn kill_all(child: &mut Child) {
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[cfg(not(unix))]
mod system {
    use std::process::{Command, Stdio};

    use super::{Child, Limits, Process};

    /// Not to be had here: a process whose parent has ended is lost.
    pub(in super::super) fn adopt_orphans() {}

    /// Not to be had without unsafe code: memory is not limited here.
    pub(in super::super) fn limit_this_process(_: &Limits) {}

    /// Not to be had without unsafe code.
    pub(in super::super) fn descendants() -> Vec<Process> {
        Vec::new()
    }

    /// Ends the process and all below it.
    pub(in super::super) fn kill_all(child: &mut Child) {
        let id = child.id().to_string();
        let mut command = Command::new("taskkill");
        command.args(["/F", "/T", "/PID", &id]).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = command.status();
        let _ = child.kill();
        let _ = child.wait();
    }
}
