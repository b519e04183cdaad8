//! A way to a database that can be cut, and laid to another one.

use std::io::copy;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What is on the way now.
struct Course {
    /// The port it leads to; none while it is cut.
    to: Option<u16>,
    open: Vec<TcpStream>,
}

/// A port of this machine that leads to another one.
pub struct Way {
    port: u16,
    course: Arc<Mutex<Course>>,
}

impl Way {
    /// A way to this port.
    pub fn to(port: u16) -> Way {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let way = Way {
            port: listener.local_addr().expect("an address").port(),
            course: Arc::new(Mutex::new(Course {
                to: Some(port),
                open: Vec::new(),
            })),
        };
        let course = way.course.clone();
        // It ends with the test program.
        thread::spawn(move || {
            for came in listener.incoming().map_while(Result::ok) {
                lead(came, &course);
            }
        });
        way
    }

    /// Where it begins.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts it: what is under way is lost, and who comes is turned away.
    pub fn cut(&self) {
        let mut course = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        course.to = None;
        for stream in course.open.drain(..) {
            // It may have ended by itself.
            stream.shutdown(Shutdown::Both).ok();
        }
    }

    /// Leads to this port from now on.
    pub fn lay(&self, port: u16) {
        let mut course = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        course.to = Some(port);
    }
}

fn lead(came: TcpStream, course: &Mutex<Course>) {
    let mut course = course.lock().unwrap_or_else(PoisonError::into_inner);
    let to = course
        .to
        .map(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)));
    let Some(Ok(goes)) = to else {
        return;
    };
    let twin = |stream: &TcpStream| stream.try_clone().expect("a twin");
    for (mut from, mut into) in [(twin(&came), twin(&goes)), (twin(&goes), twin(&came))] {
        thread::spawn(move || {
            // Whichever side ends, both do.
            copy(&mut from, &mut into).ok();
            into.shutdown(Shutdown::Both).ok();
            from.shutdown(Shutdown::Both).ok();
        });
    }
    course.open.extend([came, goes]);
}
