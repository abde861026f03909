// What most tests include.
#include <doctest/doctest.h>

#include "tools/pch/tools_pch.hpp"
