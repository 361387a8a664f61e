//! The registry of the course: its chapters, sections, algorithms and exercises, and what of them is
//! in this notebook. The tables in README.md and the introduction and the whole of SUMMARY.md are
//! written from it (`cargo book bless`) and checked against it (`cargo book test`).

mod algorithms;
mod chapters;
mod exercises;
mod runs;

pub(crate) use algorithms::ALGORITHMS;
pub(crate) use chapters::{CHAPTERS, ENGINE};
pub(crate) use exercises::EXERCISES;
pub(crate) use runs::RUNS;

/// A lecture.
pub(crate) struct Chapter {
    pub(crate) number: u8,
    pub(crate) title: &'static str,
    pub(crate) topics: &'static str,
    pub(crate) sections: &'static [Section],
}

/// A part of a lecture, with a video of its own.
pub(crate) struct Section {
    /// As in "2.4".
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// The id of its video on YouTube.
    pub(crate) video: &'static str,
    /// Its page below `src/`, once it is written.
    pub(crate) page: Option<&'static str>,
}

/// An algorithm of the course.
pub(crate) struct Algorithm {
    /// As in "A04".
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// The section that introduces it.
    pub(crate) section: &'static str,
    /// Its files below `code/src/`; empty while it is not written.
    pub(crate) code: &'static [&'static str],
    /// Its tests below `code/tests/`, once they are written.
    pub(crate) tests: Option<&'static str>,
}

/// A run that the lectures draw.
pub(crate) struct CourseRun {
    /// As in "R4.3"; two if it is drawn twice.
    pub(crate) ids: &'static [&'static str],
    pub(crate) title: &'static str,
    /// The section that shows it.
    pub(crate) section: &'static str,
    /// Whether it is in `code/src/runs/` and on the page of its section.
    pub(crate) written: bool,
}

/// What an exercise asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Code,
    Calculation,
    Proof,
    Essay,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Calculation => "calculation",
            Self::Proof => "proof",
            Self::Essay => "essay",
        }
    }
}

/// An exercise of the course.
pub(crate) struct Exercise {
    pub(crate) number: u8,
    /// The section it belongs to.
    pub(crate) section: &'static str,
    pub(crate) kind: Kind,
    pub(crate) title: &'static str,
    /// Its program in `code/examples/`, without `.rs`.
    pub(crate) program: Option<&'static str>,
    /// Whether question and solution are on the page of its section.
    pub(crate) written: bool,
}

impl Exercise {
    pub(crate) fn find(number: u8) -> Option<&'static Self> {
        EXERCISES.iter().find(|exercise| exercise.number == number)
    }

    /// The page below `src/` that holds it.
    pub(crate) fn page(&self) -> Option<&'static str> {
        Section::find(self.section).and_then(|section| section.page).filter(|_| self.written)
    }

    /// What to type to run it.
    pub(crate) fn command(&self) -> Option<String> {
        self.program.map(|_| format!("cargo book exercise {}", self.number))
    }

    pub(crate) fn status(&self) -> &'static str {
        match (self.written, self.program) {
            (true, Some(_)) => "solved, runs",
            (true, None) => "solved",
            (false, Some(_)) => "runs",
            (false, None) => "not yet",
        }
    }
}

impl Section {
    pub(crate) fn find(id: &str) -> Option<&'static Self> {
        CHAPTERS.iter().flat_map(|chapter| chapter.sections).find(|section| section.id == id)
    }
}

/// The number of the chapter that the section `id` ("2.4") belongs to.
pub(crate) fn chapter_of(id: &str) -> Option<u8> {
    id.split_once('.').and_then(|(chapter, _)| chapter.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_course_is_registered() {
        let sections = CHAPTERS.iter().map(|chapter| chapter.sections.len()).sum::<usize>();
        assert_eq!((CHAPTERS.len(), sections), (8, 23));
        assert_eq!((ALGORITHMS.len(), EXERCISES.len()), (37, 22));
        let drawings = RUNS.iter().map(|run| run.ids.len()).sum::<usize>();
        assert_eq!((RUNS.len(), drawings), (46, 49));
    }

    #[test]
    fn the_first_four_chapters_are_complete() {
        let first = |section: &str| chapter_of(section) <= Some(4);
        let sections = CHAPTERS.iter().flat_map(|chapter| chapter.sections);
        let sections: Vec<_> = sections.filter(|section| first(section.id)).collect();
        let algorithms: Vec<_> = ALGORITHMS.iter().filter(|it| first(it.section)).collect();
        let runs: Vec<_> = RUNS.iter().filter(|run| first(run.section)).collect();
        let exercises: Vec<_> = EXERCISES.iter().filter(|it| first(it.section)).collect();
        let counts = (sections.len(), algorithms.len(), runs.len(), exercises.len());
        assert_eq!(counts, (13, 15, 19, 16));
        assert!(sections.iter().all(|section| section.page.is_some()));
        assert!(algorithms.iter().all(|it| !it.code.is_empty() && it.tests.is_some()));
        assert!(runs.iter().all(|run| run.written));
        assert!(exercises.iter().all(|it| it.written && it.program.is_some()));
    }

    #[test]
    fn numbers_run_without_gaps() {
        for (i, chapter) in CHAPTERS.iter().enumerate() {
            assert_eq!(usize::from(chapter.number), i + 1);
            for (j, section) in chapter.sections.iter().enumerate() {
                assert_eq!(section.id, format!("{}.{}", i + 1, j + 1));
            }
        }
        for (i, exercise) in EXERCISES.iter().enumerate() {
            assert_eq!(usize::from(exercise.number), i + 1);
        }
        for (i, algorithm) in ALGORITHMS.iter().enumerate() {
            assert_eq!(algorithm.id, format!("A{:02}", i + 1));
        }
    }

    #[test]
    fn every_algorithm_exercise_and_run_has_its_section() {
        let sections =
            ALGORITHMS.iter().map(|a| a.section).chain(EXERCISES.iter().map(|e| e.section));
        for id in sections.chain(RUNS.iter().map(|run| run.section)) {
            assert!(Section::find(id).is_some(), "section {id} is not registered");
        }
    }

    #[test]
    fn no_video_is_named_twice() {
        let mut videos: Vec<_> =
            CHAPTERS.iter().flat_map(|c| c.sections).map(|section| section.video).collect();
        videos.sort_unstable();
        videos.dedup();
        assert_eq!(videos.len(), 23);
    }

    #[test]
    fn a_solved_exercise_has_a_page() {
        for exercise in EXERCISES.iter().filter(|exercise| exercise.written) {
            assert!(exercise.page().is_some(), "exercise {} is on no page", exercise.number);
        }
    }
}
