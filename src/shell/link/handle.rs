//! The two ends of the channels between the worker and whoever gives it orders.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::worker::Worker;
use crate::model::{Handle, News, Order, Tape};
use crate::moment::{Moment, UnixTime};
use crate::shell::clock::Clock;
use crate::shell::tape::FileTape;

/// The end that gives orders and hears news. When it is dropped, the port is closed and the worker ends.
pub struct LinkHandle {
    clock: Clock,
    orders: Option<Sender<Order>>,
    news: Receiver<News>,
    worker: Option<JoinHandle<()>>,
    wake: Wake,
    started: Started,
}

/// Called from any thread after news were put into the channel.
pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// How many workers there have been; all handles of one window count together.
#[derive(Clone, Default)]
pub(super) struct Started(Rc<Cell<u64>>);

impl Started {
    /// The number of the next one, from 1.
    pub(super) fn next(&self) -> u64 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
}

impl LinkHandle {
    pub(super) fn new(
        clock: Clock,
        orders: Sender<Order>,
        news: Receiver<News>,
        worker: Option<JoinHandle<()>>,
        (wake, started): (Wake, Started),
    ) -> Self {
        Self { clock, orders: Some(orders), news, worker, wake, started }
    }

    /// The channel that news come from, for those who wait for it.
    pub fn news(&self) -> &Receiver<News> {
        &self.news
    }
}

impl Handle for LinkHandle {
    fn send(&mut self, order: Order) {
        if let Some(orders) = &self.orders {
            // A worker that has ended has told why.
            drop(orders.send(order));
        }
    }

    fn poll(&mut self) -> Option<News> {
        self.news.try_recv().ok()
    }

    fn waiting(&self) -> usize {
        self.news.len()
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn date(&self) -> UnixTime {
        self.clock.date()
    }

    fn another(&self) -> Box<dyn Handle> {
        Box::new(Worker::start_beside(self.clock, Arc::clone(&self.wake), self.started.clone()))
    }

    fn tape(&mut self) -> Box<dyn Tape> {
        Box::new(FileTape::new())
    }
}

impl Drop for LinkHandle {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(worker) = self.worker.take() {
            drop(worker.join());
        }
    }
}

/// Puts news into the channel and wakes whoever reads it.
#[derive(Clone)]
pub struct Teller {
    news: Sender<News>,
    wake: Wake,
}

impl Teller {
    /// A teller and the channel that it tells to.
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> (Self, Receiver<News>) {
        let (news, told) = unbounded();
        (Self { news, wake }, told)
    }

    /// Tells at once.
    pub fn tell(&self, news: News) {
        self.put(news);
        self.wake();
    }

    /// Tells without waking anybody, for when more is to come.
    pub fn put(&self, news: News) {
        // Nobody listens any more when the program ends.
        drop(self.news.send(news));
    }

    /// Whether everything that was told has been heard.
    pub fn is_heard(&self) -> bool {
        self.news.is_empty()
    }

    /// Says that there is something to read.
    pub fn wake(&self) {
        (self.wake)();
    }
}
