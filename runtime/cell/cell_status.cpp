#include "runtime/cell/cell_status.hpp"

namespace troupe::runtime {

void cell_status::enter(cell_phase to) {
  phase_ = to;
  figures_.phase = to == cell_phase::running && paused() ? cell_phase::suspended : to;
}

void cell_status::suspend(bool on) {
  suspended_ = on;
  enter(phase_);
}

void cell_status::hold(bool on) {
  if (on && !held_since_) {
    held_since_ = std::chrono::steady_clock::now();
  } else if (!on && held_since_) {
    show_pause(*held_since_);
    held_since_.reset();
  }
  enter(phase_);
}

void cell_status::show_pause(time since) {
  auto pause = std::chrono::steady_clock::now() - since;
  figures_.pause_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(pause).count();
}

} // namespace troupe::runtime
