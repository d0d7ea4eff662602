// tests/bench/go/main.go: the same small programs as tests/bench/core, in Go, as the figure to beat.
// Thread: as many as GOMAXPROCS says, which tests/bench/core/run.mjs sets: 1, and 2 where two threads are measured.
// Owner: tests/bench/core/run.mjs starts it; it prints `name value unit` for each name among its arguments.
package main

import (
	"fmt"
	"os"
	"time"
)

// A program to measure: gives its figure, less is better.
type program struct {
	name string
	unit string
	run  func() float64
}

var programs = []program{
	{"pingpong_unbuffered", "ns", pingpong},
	{"stream_unbuffered", "ns", func() float64 { return stream(0, 1_000_000) }},
	{"stream_buffered_1024", "ns", func() float64 { return stream(1024, 4_000_000) }},
	{"select_2", "ns", select2},
	{"select_2_ready", "ns", select2Ready},
	{"spawn_join", "ns", spawnJoin},
	{"parked_task", "B", parkedTask},
	{"fanin_100", "ns", fanin},
	{"semaphore_3_of_10", "ns", semaphore},
	{"context_cancel", "ns", contextCancel},
	{"context_timeout", "ns", contextTimeout},
	{"cancel_10000_children", "ns", cancelChildren},
	{"cancel_10000_waiters", "ns", cancelWaiters},
	{"sieve_2000_plain", "ms", sievePlain},
	{"sieve_2000", "ms", sieveWithDone},
	{"stream_1024_2threads", "ns", func() float64 { return stream(1024, 4_000_000) }},
}

// The nanoseconds that each of `n` things took since `begun`.
func each(n int, begun time.Time) float64 {
	return float64(time.Since(begun).Nanoseconds()) / float64(n)
}

func main() {
	for _, name := range os.Args[1:] {
		known := false
		for _, p := range programs {
			if p.name == name {
				known = true
				fmt.Printf("%s %.1f %s\n", p.name, p.run(), p.unit)
			}
		}
		if !known {
			fmt.Fprintln(os.Stderr, "no such program:", name)
			os.Exit(2)
		}
	}
}
