// See remote_wake.h.
#include "io/remote_wake.h"

namespace pinlatch::io {

// Link is read and changed on the loop's thread alone.
struct RemoteWake::Link {
  EventLoop& loop;
  Task* task;
};

RemoteWake::RemoteWake(EventLoop& loop, Task& task)
    : link_(std::make_shared<Link>(Link{loop, &task})) {}

RemoteWake::~RemoteWake() { link_->task = nullptr; }

std::function<void()> RemoteWake::WakeUp() const {
  return [link = link_] {
    link->loop.Post([link] {
      if (link->task != nullptr) link->loop.RunSoon(*link->task);
    });
  };
}

}  // namespace pinlatch::io
