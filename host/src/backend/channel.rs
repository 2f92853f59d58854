//! The queue between a session and its workers: crossbeam's, and under `--cfg loom` one into which loom can see.

#[cfg(not(loom))]
pub(super) use crossbeam_channel::{Receiver, Sender, unbounded};
#[cfg(not(loom))]
pub(super) use patient::receive;

#[cfg(loom)]
pub(super) use model::{Receiver, Sender, receive, unbounded};

#[cfg(not(loom))]
mod patient {
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use crossbeam_channel::{Receiver, RecvError, TryRecvError};

    /// How long one looks for what comes next before one sleeps: to be woken takes as long as some packets, and he who
    /// wakes pays for it too.
    const PATIENCE: Duration = Duration::from_micros(50);

    /// What comes next. An error when nothing can come.
    pub(in super::super) fn receive<T>(from: &Receiver<T>) -> Result<T, RecvError> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            match from.try_recv() {
                Ok(item) => return Ok(item),
                Err(TryRecvError::Disconnected) => return Err(RecvError),
                Err(TryRecvError::Empty) => thread::yield_now(),
            }
        }
        from.recv()
    }
}

#[cfg(loom)]
mod model {
    use std::{collections::VecDeque, iter};

    use loom::sync::{Arc, Condvar, Mutex, MutexGuard};

    struct State<T> {
        queue: VecDeque<T>,
        senders: usize,
        receivers: usize,
    }

    struct Channel<T> {
        state: Mutex<State<T>>,
        changed: Condvar,
    }

    impl<T> Channel<T> {
        fn lock(&self) -> MutexGuard<'_, State<T>> {
            self.state.lock().expect("nobody panics with the lock")
        }
    }

    pub(in super::super) struct Sender<T>(Arc<Channel<T>>);
    pub(in super::super) struct Receiver<T>(Arc<Channel<T>>);

    pub(in super::super) fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
        let state = State {
            queue: VecDeque::new(),
            senders: 1,
            receivers: 1,
        };
        let channel = Arc::new(Channel {
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        (Sender(Arc::clone(&channel)), Receiver(channel))
    }

    impl<T> Sender<T> {
        pub(in super::super) fn send(&self, item: T) -> Result<(), ()> {
            let mut state = self.0.lock();
            if state.receivers == 0 {
                return Err(());
            }
            state.queue.push_back(item);
            self.0.changed.notify_all();
            Ok(())
        }
    }

    impl<T> Receiver<T> {
        pub(in super::super) fn recv(&self) -> Result<T, ()> {
            let mut state = self.0.lock();
            loop {
                if let Some(item) = state.queue.pop_front() {
                    return Ok(item);
                }
                if state.senders == 0 {
                    return Err(());
                }
                state = self
                    .0
                    .changed
                    .wait(state)
                    .expect("nobody panics with the lock");
            }
        }

        pub(in super::super) fn try_recv(&self) -> Result<T, ()> {
            self.0.lock().queue.pop_front().ok_or(())
        }
    }

    pub(in super::super) fn receive<T>(from: &Receiver<T>) -> Result<T, ()> {
        from.recv()
    }

    impl<T> Clone for Sender<T> {
        fn clone(&self) -> Self {
            self.0.lock().senders += 1;
            Self(Arc::clone(&self.0))
        }
    }

    impl<T> Clone for Receiver<T> {
        fn clone(&self) -> Self {
            self.0.lock().receivers += 1;
            Self(Arc::clone(&self.0))
        }
    }

    impl<T> Drop for Sender<T> {
        fn drop(&mut self) {
            self.0.lock().senders -= 1;
            self.0.changed.notify_all();
        }
    }

    impl<T> Drop for Receiver<T> {
        fn drop(&mut self) {
            self.0.lock().receivers -= 1;
        }
    }

    impl<'a, T> IntoIterator for &'a Receiver<T> {
        type Item = T;
        type IntoIter = Box<dyn Iterator<Item = T> + 'a>;

        fn into_iter(self) -> Self::IntoIter {
            Box::new(iter::from_fn(|| self.recv().ok()))
        }
    }
}
