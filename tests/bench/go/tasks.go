// tests/bench/go/tasks.go: tasks that come and go or wait, and contexts.
// Thread: see main.go.
// Owner: main.go.
package main

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

func yield() { runtime.Gosched() }

func spawnJoin() float64 {
	const n = 1_000_000
	begun := time.Now()
	for i := 0; i < n; i++ {
		var all sync.WaitGroup
		all.Add(1)
		go all.Done()
		all.Wait()
	}
	return each(n, begun)
}

// The resident memory of this process, in bytes.
func resident() int {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.Atoi(string(bytes.Fields(text)[1]))
	if err != nil {
		panic(err)
	}
	return pages * os.Getpagesize()
}

func parkedTask() float64 {
	const n = 100_000
	never := make(chan int)
	var all sync.WaitGroup
	before := resident()
	for i := 0; i < n; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			<-never
		}()
	}
	yield()
	runtime.GC()
	used := float64(resident()-before) / n
	close(never)
	all.Wait()
	return used
}

func contextCancel() float64 {
	const n = 1_000_000
	root, end := context.WithCancel(context.Background())
	defer end()
	begun := time.Now()
	for i := 0; i < n; i++ {
		_, cancel := context.WithCancel(root)
		cancel()
	}
	return each(n, begun)
}

func contextTimeout() float64 {
	const n = 1_000_000
	root, end := context.WithCancel(context.Background())
	defer end()
	begun := time.Now()
	for i := 0; i < n; i++ {
		_, cancel := context.WithTimeout(root, time.Hour)
		cancel()
	}
	return each(n, begun)
}

const crowd = 10_000

func cancelChildren() float64 {
	const rounds = 20
	took := 0.0
	for r := 0; r < rounds; r++ {
		root, end := context.WithCancel(context.Background())
		ends := make([]context.CancelFunc, crowd)
		for i := range ends {
			_, ends[i] = context.WithCancel(root)
		}
		begun := time.Now()
		end()
		took += each(crowd*rounds, begun)
		for _, e := range ends {
			e()
		}
	}
	return took
}

func cancelWaiters() float64 {
	const rounds = 5
	took := 0.0
	for r := 0; r < rounds; r++ {
		root, end := context.WithCancel(context.Background())
		never := make(chan int)
		var all sync.WaitGroup
		for i := 0; i < crowd; i++ {
			all.Add(1)
			go func() {
				defer all.Done()
				select {
				case <-never:
				case <-root.Done():
				}
			}()
		}
		for i := 0; i < 10; i++ {
			yield()
		}
		begun := time.Now()
		end()
		all.Wait()
		took += each(crowd*rounds, begun)
	}
	return took
}
