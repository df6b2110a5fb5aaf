// The contracts have messages of these names; everywhere here they are the runtime's.
global using Process = System.Diagnostics.Process;
global using Task = System.Threading.Tasks.Task;
