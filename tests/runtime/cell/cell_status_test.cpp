#include "runtime/cell/cell_status.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;

TEST_SUITE("cell status") {

  TEST_CASE("a running cell is shown as suspended while its messages wait") {
    port figures{"/a"};
    cell_status status{figures};
    CHECK(figures.phase == cell_phase::parked);
    status.suspend(true);
    CHECK(figures.phase == cell_phase::parked); // nothing runs that could be suspended
    status.enter(cell_phase::running);
    CHECK(figures.phase == cell_phase::suspended);
    CHECK(status.phase() == cell_phase::running);
    status.suspend(false);
    CHECK(figures.phase == cell_phase::running);
  }

  TEST_CASE("messages wait until both the command and the transaction let them go") {
    port figures{"/a"};
    cell_status status{figures};
    status.enter(cell_phase::running);
    status.suspend(true);
    status.hold(true);
    status.suspend(false);
    CHECK(status.paused());
    CHECK(figures.phase == cell_phase::suspended);
    status.hold(false);
    CHECK_FALSE(status.paused());
    CHECK(figures.phase == cell_phase::running);
    CHECK(figures.pause_ns >= 0);
  }
}
