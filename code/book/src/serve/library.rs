//! The compiled crates that snippets use, kept up to date with their sources.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Compiles the crates and gives the compiler's arguments that name them.
pub(crate) type CompileCrates = dyn Fn() -> Result<Vec<String>, String> + Send + Sync;

/// The compiler's arguments by which a snippet finds the crates.
pub(super) struct Library {
    shared: Arc<Shared>,
}

struct Shared {
    compile: Arc<CompileCrates>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How many builds were asked for and are not finished.
    builds: usize,
    arguments: Option<Result<Vec<String>, String>>,
}

impl Library {
    /// A library in which nothing is compiled yet.
    pub(super) fn new(compile: Arc<CompileCrates>) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        Library { shared: Arc::new(Shared { compile, state, changed }) }
    }

    /// Compiles what has changed, in the background.
    pub(super) fn rebuild(&self) {
        self.shared.state().builds += 1;
        let shared = Arc::clone(&self.shared);
        std::thread::spawn(move || {
            let arguments = (shared.compile)();
            let mut state = shared.state();
            state.builds -= 1;
            state.arguments = Some(arguments);
            shared.changed.notify_all();
        });
    }

    /// The arguments for the crates as their sources are now; waits for a build under way.
    pub(super) fn arguments(&self, deadline: Instant) -> Result<Vec<String>, String> {
        let state = self.shared.state();
        let left = deadline.saturating_duration_since(Instant::now());
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, left, |state| state.builds > 0)
            .unwrap_or_else(PoisonError::into_inner);
        match &state.arguments {
            Some(arguments) if state.builds == 0 => arguments.clone(),
            _ => Err("The crate distsys is being compiled: run again in a moment.".to_owned()),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
