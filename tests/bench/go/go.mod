module tertulia/bench

go 1.19
